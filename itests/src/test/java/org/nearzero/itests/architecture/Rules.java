package org.nearzero.itests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Clock;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The direction rules of the house (ARCHITECTURE.md, "The rooms"), for all rooms below one root package. The root is a parameter so
 * that each rule can be shown a house that breaks it.
 */
final class Rules {
    /** What lives in the packages of I/O and yet only turns one value in memory into another. */
    private static final Set<String> IN_MEMORY = Stream.of(
                    ByteArrayOutputStream.class,
                    DataOutputStream.class,
                    IOException.class,
                    OutputStream.class,
                    Serializable.class,
                    StringReader.class,
                    StringWriter.class,
                    UncheckedIOException.class,
                    URI.class,
                    URISyntaxException.class,
                    URLDecoder.class,
                    URLEncoder.class,
                    Writer.class)
            .map(Class::getName)
            .collect(Collectors.toSet());

    private final String root;

    Rules(String root) {
        this.root = root;
    }

    /** The API speaks of nothing but itself, the JDK and OSGi's annotations. */
    ArchRule apiKnowsTheJdkAlone() {
        return classes()
                .that()
                .resideInAPackage(root + ".api..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(root + ".api..", "java..", "javax.net.ssl..", "org.osgi.annotation..");
    }

    /** A bundle depends on the API, never on another bundle. */
    ArchRule noBundleDependsOnAnother() {
        return classes().should(new ArchCondition<>("depend on no bundle but the api and their own") {
            @Override
            public void check(JavaClass checked, ConditionEvents events) {
                checked.getDirectDependenciesFromSelf().stream()
                        .filter(d -> room(d.getTargetClass()).length() > 0)
                        .filter(d -> !room(d.getTargetClass()).equals("api"))
                        .filter(d -> !room(d.getTargetClass()).equals(room(checked)))
                        .forEach(d -> events.add(SimpleConditionEvent.violated(checked, d.getDescription())));
            }
        });
    }

    ArchRule onlyTheIngressKnowsUndertow() {
        return only("ingress", "io.undertow..", "org.xnio..", "org.jboss..", "org.wildfly..");
    }

    ArchRule onlyTheDockerDriverKnowsTheDockerClient() {
        return only("drivers.docker", "com.github.dockerjava..");
    }

    ArchRule onlyManagementKnowsYaml() {
        return only("management", "org.snakeyaml..", "org.yaml..");
    }

    ArchRule onlyTheStoreKnowsH2() {
        return only("store", "org.h2..");
    }

    ArchRule onlyTelemetryKnowsMicrometer() {
        return only("telemetry", "io.micrometer..");
    }

    /** The JDK's own server is an exported API of the module jdk.httpserver; all else below these packages is internal. */
    ArchRule nobodyKnowsTheInsidesOfTheJdk() {
        DescribedPredicate<JavaClass> insides = resideInAnyPackage("sun..", "jdk..", "com.sun..")
                .and(DescribedPredicate.not(resideInAPackage("com.sun.net.httpserver..")));
        return noClasses().should().dependOnClassesThat(insides);
    }

    ArchRule onlyManagementKnowsTheJdksHttpServer() {
        return only("management", "com.sun.net.httpserver..");
    }

    /** Pure code starts no thread and waits for none; atomics and concurrent maps are values that change, and allowed. */
    ArchRule coreHasNoThreads() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..core..")
                .should()
                .dependOnClassesThat(assignableTo(Thread.class)
                        .or(assignableTo(Executor.class))
                        .or(assignableTo(Executors.class))
                        .or(assignableTo(ThreadFactory.class))
                        .or(assignableTo(Future.class))
                        .or(assignableTo(BlockingQueue.class))
                        .or(assignableTo(CountDownLatch.class))
                        .or(assignableTo(Semaphore.class))
                        .or(assignableTo(Timer.class))
                        .or(resideInAPackage("java.util.concurrent.locks..")))
                .orShould(callMethodNamed(Object.class, Set.of("wait", "notify", "notifyAll")));
    }

    /** Pure code reads and writes memory only: no file, socket, process or name service. */
    ArchRule coreDoesNoIo() {
        DescribedPredicate<JavaClass> inMemory =
                DescribedPredicate.describe("values in memory", type -> IN_MEMORY.contains(type.getName()));
        return noClasses()
                .that()
                .resideInAPackage(root + "..core..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.nio.channels..")
                                .and(DescribedPredicate.not(inMemory))
                                .or(assignableTo(Process.class))
                                .or(assignableTo(ProcessBuilder.class))
                                .or(assignableTo(Runtime.class)));
    }

    /** Pure code is given the time. */
    ArchRule coreReadsNoClock() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..core..")
                .should()
                .dependOnClassesThat(assignableTo(Clock.class))
                .orShould(callMethodNamed(System.class, Set.of("currentTimeMillis", "nanoTime")))
                .orShould(callNow());
    }

    /** Pure code returns reasons; the shell logs them. */
    ArchRule coreDoesNotLog() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "java.util.logging..", "org.osgi.service.log..")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err");
    }

    /** Pure code knows no shell; the shell knows it. */
    ArchRule coreDoesNotKnowTheShell() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + "..internal..", "org.osgi.service..", "org.osgi.framework..");
    }

    private ArchRule only(String room, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + "." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    /** A date that somebody sets moves no deadline: all rooms tell the time by the one clock of the API. */
    ArchRule onlyTheSteadyClockAsksTheSystem() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".api.time..")
                .should(callMethodNamed(
                        Clock.class, Set.of("system", "systemUTC", "systemDefaultZone", "tickMillis", "tickSeconds")));
    }

    /** The room that a class is in: what follows the root, drivers with their kind; empty if it is in none. */
    private String room(JavaClass type) {
        if (!type.getPackageName().startsWith(root + ".")) {
            return "";
        }
        String[] names = type.getPackageName().substring(root.length() + 1).split("\\.");
        return names[0].equals("drivers") && names.length > 1 ? "drivers." + names[1] : names[0];
    }

    private static ArchCondition<JavaClass> callNow() {
        return calls(
                "read the time",
                call -> call.getName().equals("now")
                        && call.getTargetOwner().getPackageName().startsWith("java.time"));
    }

    private static ArchCondition<JavaClass> callMethodNamed(Class<?> owner, Set<String> names) {
        return calls(
                "call " + owner.getSimpleName() + " " + names,
                call -> names.contains(call.getName()) && call.getTargetOwner().isEquivalentTo(owner));
    }

    private static ArchCondition<JavaClass> calls(String description, Predicate<JavaMethodCall> unwanted) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass checked, ConditionEvents events) {
                checked.getMethodCallsFromSelf().stream()
                        .filter(unwanted)
                        .forEach(call -> events.add(SimpleConditionEvent.satisfied(checked, call.getDescription())));
            }
        };
    }
}
