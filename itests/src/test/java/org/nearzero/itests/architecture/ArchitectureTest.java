package org.nearzero.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every direction rule holds in the bundles, and every one of them is seen to fail on a class that breaks it. */
class ArchitectureTest {
    private static final String ROOT = "org.nearzero";
    private static final String WRONG = "org.nearzero.itests.architecture.wrong";

    /** A violation begins with the kind and the name of the member that it was found in. */
    private static final Pattern CULPRIT =
            Pattern.compile("\\w+ <" + Pattern.quote(WRONG) + "\\.(?:[a-z]+\\.)*([A-Z]\\w*)");

    private static JavaClasses bundles;
    private static JavaClasses wrong;

    /**
     * A rule and what has to break it.
     *
     * @param name for the reader
     * @param rule of a root package
     * @param breaks the simple names of all counter-examples that break it, no more and no fewer
     */
    record Law(String name, Function<Rules, ArchRule> rule, Set<String> breaks) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Law> laws() {
        return Stream.of(
                new Law("api knows the JDK alone", Rules::apiKnowsTheJdkAlone, Set.of("KnowsALibrary")),
                new Law(
                        "no bundle depends on another",
                        Rules::noBundleDependsOnAnother,
                        Set.of("KnowsTheOrchestrator")),
                new Law("only the ingress knows Undertow", Rules::onlyTheIngressKnowsUndertow, Set.of("KnowsUndertow")),
                new Law(
                        "only drivers-docker knows the Docker client",
                        Rules::onlyTheDockerDriverKnowsTheDockerClient,
                        Set.of("KnowsDocker")),
                new Law("only management knows YAML", Rules::onlyManagementKnowsYaml, Set.of("KnowsYaml")),
                new Law("only the store knows H2", Rules::onlyTheStoreKnowsH2, Set.of("KnowsH2")),
                new Law(
                        "only telemetry knows Micrometer",
                        Rules::onlyTelemetryKnowsMicrometer,
                        Set.of("KnowsMicrometer")),
                new Law(
                        "nobody knows the insides of the JDK",
                        Rules::nobodyKnowsTheInsidesOfTheJdk,
                        Set.of("KnowsTheJdksInsides")),
                new Law(
                        "only management knows the JDK's HTTP server",
                        Rules::onlyManagementKnowsTheJdksHttpServer,
                        Set.of("KnowsTheJdksHttpServer")),
                new Law(
                        "only the steady clock asks the system for the time",
                        Rules::onlyTheSteadyClockAsksTheSystem,
                        Set.of("AsksForTheSystemsClock")),
                new Law("core has no threads", Rules::coreHasNoThreads, Set.of("StartsAThread", "WaitsForOthers")),
                new Law("core does no I/O", Rules::coreDoesNoIo, Set.of("ReadsAFile", "OpensASocket", "Prints")),
                new Law(
                        "core reads no clock",
                        Rules::coreReadsNoClock,
                        Set.of("ReadsTheTime", "ReadsNanoTime", "HoldsAClock")),
                new Law("core does not log", Rules::coreDoesNotLog, Set.of("Logs", "Prints")),
                new Law("core does not know the shell", Rules::coreDoesNotKnowTheShell, Set.of("KnowsItsShell")));
    }

    @BeforeAll
    static void importClasses() {
        bundles = new ClassFileImporter()
                .withImportOption(location -> !location.contains("/itests/") && !location.contains("/examples/"))
                .importPackages(ROOT);
        wrong = new ClassFileImporter().importPackages(WRONG);
    }

    @ParameterizedTest
    @MethodSource("laws")
    void holdsInEveryBundle(Law law) {
        EvaluationResult result = law.rule().apply(new Rules(ROOT)).evaluate(bundles);
        assertEquals(List.of(), result.getFailureReport().getDetails());
    }

    @ParameterizedTest
    @MethodSource("laws")
    void isBrokenByItsCounterExamplesAndByNothingElse(Law law) {
        EvaluationResult result = law.rule().apply(new Rules(WRONG)).evaluate(wrong);
        assertEquals(
                law.breaks(), culprits(result), () -> result.getFailureReport().toString());
    }

    private static Set<String> culprits(EvaluationResult result) {
        return result.getFailureReport().getDetails().stream()
                .map(CULPRIT::matcher)
                .filter(Matcher::lookingAt)
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void everyBundleIsLookedAt() {
        Set<String> rooms = bundles.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('.'))))
                .collect(Collectors.toSet());
        assertTrue(
                rooms.containsAll(Set.of(
                        "org.nearzero.api",
                        "org.nearzero.policy",
                        "org.nearzero.orchestrator",
                        "org.nearzero.ingress",
                        "org.nearzero.management",
                        "org.nearzero.store",
                        "org.nearzero.drivers.docker",
                        "org.nearzero.drivers.process")),
                rooms.toString());
    }
}
