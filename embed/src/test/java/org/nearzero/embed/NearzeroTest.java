package org.nearzero.embed;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.ApplicationStatus.State;

@Timeout(120)
class NearzeroTest {
    private ServerSocket backend;
    private FakeDriver driver;

    @BeforeEach
    void listen() throws IOException {
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        driver = new FakeDriver("fake", backend.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
    }

    @Test
    void reportsEveryProblemAtOnce() {
        NearzeroBuilder builder = Nearzero.builder().popId("Not A Name").ingress("127.0.0.1", 70_000);

        InvalidInputException refused = assertThrows(InvalidInputException.class, builder::build);
        assertEquals(
                List.of("popId", "ingress.port", "driver"),
                refused.problems().stream().map(Problem::field).toList());
    }

    @Test
    void reportsWhatIsWrongWithASiteBeforeAnythingIsOpened() {
        NearzeroBuilder builder = Nearzero.builder()
                .driver(driver)
                .site(SitePlan.in("no zone", Path.of("certificates"), Path.of("site.mv"))
                        .door("127.0.0.1", 70_000)
                        .peer("nowhere"));

        String told = assertThrows(InvalidInputException.class, builder::build).getMessage();
        assertTrue(told.contains("peerPort: 70000"), told);
        assertTrue(told.contains("nowhere"), told);
    }

    @Test
    void whatIsForSitesNeedsOne() {
        NearzeroBuilder builder = Nearzero.builder().driver(driver).migrationListener(migration -> {});

        String told = assertThrows(InvalidInputException.class, builder::build).getMessage();
        assertTrue(told.contains("site: missing (expected: a site plan"), told);
        try (Nearzero alone = builder().start()) {
            assertTrue(assertThrows(IllegalStateException.class, alone::sites)
                    .getMessage()
                    .startsWith("no peers"));
        }
    }

    @Test
    void aSiteWithoutCertificatesSaysWhatMakesThem(@TempDir Path directory) {
        NearzeroBuilder builder =
                builder().site(SitePlan.in("zone-1", directory.resolve("none"), directory.resolve("site.mv")));

        String told = assertThrows(IllegalStateException.class, builder::start).getMessage();
        assertTrue(told.contains("none") && told.contains("nearzero ca"), told);
    }

    @Test
    void refusesTwoDriversOfOneName() {
        NearzeroBuilder builder = Nearzero.builder().driver(driver).driver(new FakeDriver("fake", 1), 5);

        assertTrue(assertThrows(InvalidInputException.class, builder::build)
                .getMessage()
                .contains("driver: fake (expected: drivers with different names)"));
    }

    @Test
    void refusesProcessesInTwoDirectories() {
        NearzeroBuilder builder = Nearzero.builder().processes(Path.of("a")).processes(Path.of("b"));

        assertTrue(assertThrows(InvalidInputException.class, builder::build)
                .getMessage()
                .contains("processes: b (expected: one directory, given once)"));
    }

    @Test
    void startsNoThreadBeforeItIsStartedAndLeavesNoneAfterItIsClosed() {
        Set<Thread> before = threads();
        Nearzero nearzero = builder().build();
        Set<Thread> after = threads();
        assertTrue(
                before.containsAll(after), () -> after + " has more than " + before); // earlier ones may end meanwhile

        nearzero.start().close();

        await().atMost(60, TimeUnit.SECONDS).until(() -> before.containsAll(threads()));
    }

    @Test
    void givesNothingBeforeItIsStarted() {
        try (Nearzero nearzero = builder().build()) {
            assertThrows(IllegalStateException.class, nearzero::orchestrator);
            assertThrows(IllegalStateException.class, nearzero::ingress);
        }
    }

    @Test
    void startsOnceAndClosesAsOftenAsOneLikes() {
        Nearzero nearzero = builder().start();

        assertThrows(IllegalStateException.class, nearzero::start);
        nearzero.close();
        nearzero.close();
        assertThrows(IllegalStateException.class, nearzero::start);
    }

    @Test
    void aPortInUseLeavesNothingBehind() throws IOException {
        Set<Thread> before = threads();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Nearzero nearzero =
                    builder().ingress("127.0.0.1", taken.getLocalPort()).build();

            assertThrows(RuntimeException.class, nearzero::start);
            assertThrows(IllegalStateException.class, nearzero::orchestrator);
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> before.containsAll(threads()));
        assertEquals(List.of(), driver.listeners());
    }

    @Test
    void runsAnApplicationAndTellsItsListener() throws Exception {
        CountDownLatch serving = new CountDownLatch(1);
        NearzeroBuilder builder = builder().statusListener(status -> {
            if (status.state() == State.SERVING) {
                serving.countDown();
            }
        });
        try (Nearzero nearzero = builder.start()) {
            apply(nearzero, application(1));

            assertTrue(serving.await(60, TimeUnit.SECONDS));
            assertEquals(1, driver.running.size());
        }
    }

    @Test
    void leavesInstancesRunningForTheNextStartToAdopt() {
        try (Nearzero first = builder().start()) {
            apply(first, application(1));
            awaitServing(first);
        }
        Set<?> left = Set.copyOf(driver.running.keySet());
        assertEquals(1, left.size());

        try (Nearzero second = builder().start()) {
            apply(second, application(1));
            awaitServing(second);

            assertEquals(left, driver.running.keySet());
        }
    }

    @Test
    void stopsInstancesWhenToldTo() {
        try (Nearzero nearzero = builder().stopInstancesOnClose(true).start()) {
            apply(nearzero, application(1));
            awaitServing(nearzero);
        }

        await().atMost(60, TimeUnit.SECONDS).until(driver.running::isEmpty);
    }

    @Test
    void anOperatorsPolicyGivenLaterIsHeldToAsWell() {
        try (Nearzero nearzero = builder().start()) {
            apply(nearzero, application(0));
            nearzero.operatorPolicy(new OperatorPolicy(
                    new Cap(0, Long.MAX_VALUE, Long.MAX_VALUE), Cap.UNLIMITED, Cap.UNLIMITED, List.of()));

            assertThrows(Exception.class, () -> apply(nearzero, application(1)));
        }
    }

    private NearzeroBuilder builder() {
        return Nearzero.builder().popId("mec-1").driver(driver);
    }

    private static void apply(Nearzero nearzero, Application application) {
        nearzero.orchestrator()
                .apply(application)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static void awaitServing(Nearzero nearzero) {
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> nearzero.orchestrator()
                                .status(new AppId("shop"))
                                .orElseThrow()
                                .state()
                        == State.SERVING);
    }

    private static Application application(int minInstances) {
        ScalingPolicy defaults = ScalingPolicy.DEFAULT;
        ScalingPolicy scaling = new ScalingPolicy(
                10, minInstances, 5, Duration.ZERO, Duration.ZERO, defaults.startupDeadline(), defaults.queue());
        return new Application(
                new AppId("shop"),
                "acme",
                "1",
                new Artefact("acme/shop:1"),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch("shop.example", "/")), scaling));
    }

    /** What runs now, without what the platform and its pools start for themselves and keep. */
    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive()
                        && !thread.getName().startsWith("CompletableFutureDelay")
                        && !thread.getName().startsWith("ForkJoinPool")
                        && !thread.getName().startsWith("Attach")
                        && !thread.getName().startsWith("awaitility")
                        && thread.getThreadGroup() != null
                        && !"system".equals(thread.getThreadGroup().getName()))
                .toList());
    }
}
