package org.nearzero.driver.tck;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract catches what it is there to catch: each fault, by the rule that forbids it. */
class BrokenDriversTest {
    private static final Set<String> RULES = new TreeSet<>(
            Stream.of("INFO 2", "START 7", "STOP 5", "LIST 3", "WATCH 4", "PAUSE 2", "PULL 3", "TRANSFER 6")
                    .flatMap(group -> {
                        String[] parts = group.split(" ");
                        return Stream.iterate(1, i -> i + 1)
                                .limit(Long.parseLong(parts[1]))
                                .map(i -> parts[0] + "-" + i);
                    })
                    .toList());

    static List<Faults.Fault> faults() {
        return Faults.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void everyFaultIsCaughtByItsRule(Faults.Fault fault) {
        Map<String, Throwable> failures =
                run(fault.rule(), new InMemoryUnderTest(Duration.ofSeconds(2), fault.driver()));
        assertTrue(failures.containsKey(fault.rule()), () -> fault + ": no such test");
        assertNotSame(PASSED, failures.get(fault.rule()), () -> fault + ": not caught");
        Throwable failure = failures.get(fault.rule());
        String message = String.valueOf(failure.getMessage());
        assertAll(
                () -> assertTrue(message.startsWith(fault.rule() + " is broken"), message),
                () -> assertTrue(message.contains("expected: "), message),
                () -> assertTrue(message.contains("happened: "), message),
                () -> assertTrue(message.contains("to do: "), message));
    }

    @Test
    void everyRuleIsBrokenByAFault() {
        assertEquals(
                RULES, Faults.all().stream().map(Faults.Fault::rule).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyRuleHasATestAndARowInTheReadme() throws IOException {
        Set<String> tested = new TreeSet<>(run("", right()).keySet());
        assertEquals(RULES, tested);
        String readme = Files.readString(Path.of("README.md"));
        assertEquals(
                List.of(),
                RULES.stream()
                        .filter(rule -> !readme.contains("| " + rule + " |"))
                        .toList());
    }

    @Test
    void anAbilityThatIsClaimedMustBeThere() {
        Map<String, Throwable> failures =
                run("PAUSE-1", new InMemoryUnderTest(Duration.ofSeconds(2), (right, engine) -> new CoreOnly(right)));
        assertTrue(failures.get("PAUSE-1").getMessage().contains("does not"), failures::toString);
    }

    @Test
    void anAbilityThatIsThereMustBeClaimed() {
        Map<String, Throwable> failures = run("PULL-2", right().claimingNothing());
        assertTrue(failures.get("PULL-2").getMessage().contains("implements it"), failures::toString);
    }

    @Test
    void aDriverWithTheCoreAloneKeepsTheContract() {
        InMemoryUnderTest coreOnly =
                new InMemoryUnderTest(Duration.ofSeconds(30), (right, engine) -> new CoreOnly(right)).claimingNothing();
        Map<String, Throwable> outcomes = run("", coreOnly);
        assertEquals(RULES, new TreeSet<>(outcomes.keySet()));
        assertFalse(outcomes.values().stream().anyMatch(outcome -> outcome != PASSED), outcomes::toString);
    }

    private static InMemoryUnderTest right() {
        return new InMemoryUnderTest(Duration.ofSeconds(30), (driver, engine) -> driver);
    }

    private static final Throwable PASSED = new Throwable("passed");

    /** Runs the tests of one rule, or of all, and gives the outcome of each rule. */
    private static Map<String, Throwable> run(String rule, InMemoryUnderTest underTest) {
        Trial.underTest = underTest;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Trial.class))
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(
                        !test.isTest() || test.getDisplayName().startsWith(rule)))
                .build();
        Map<String, Throwable> outcomes = new TreeMap<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    outcomes.put(
                            test.getDisplayName().split(" ")[0],
                            result.getThrowable().orElse(PASSED));
                }
            }
        });
        return outcomes;
    }

    /** Run by the launcher above, never by the build: its name does not end in Test. */
    static class Trial extends ContainerDriverContract {
        private static volatile InMemoryUnderTest underTest;

        @Override
        protected DriverUnderTest underTest() {
            return underTest;
        }
    }
}
