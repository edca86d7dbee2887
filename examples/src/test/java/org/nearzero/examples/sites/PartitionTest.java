package org.nearzero.examples.sites;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.examples.link.Link;
import org.nearzero.examples.link.Weather;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/**
 * Nothing gets through between the sites for a while, from a state of a migration on: whoever has an instance goes on, and soon after
 * everything is right. {@code -Dnearzero.partitions=SECONDS} does it in every state, there and back, with either policy, for so long.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class PartitionTest {
    private static final int SECONDS = Integer.getInteger("nearzero.partitions", 0);
    private static final int SECONDS_AT_LEAST = 15;

    /** Longer than a site waits for a connection to another. */
    private static final Duration PATIENT = Duration.ofSeconds(15);

    /** Requests on connections between the sites that were idle when nothing got through any more: nobody can know better. */
    private static final int MOST_IN_VAIN = 10;

    @TempDir
    Path directory;

    private final Map<HostProcess, Link> links = new HashMap<>();
    private final Findings findings = new Findings("partitions");
    private ThreeHosts hosts;

    /** From which state of a migration on nothing gets through. */
    private record Case(boolean there, State state, OnHomebaseLost lost, boolean reset) {
        @Override
        public String toString() {
            return (there ? "there " : "back ") + state + ", " + lost + (reset ? ", then broken" : "");
        }
    }

    private void start(Weather weather, Duration timeout) throws Exception {
        hosts = new ThreeHosts(directory);
        hosts.all()
                .forEach(host -> links.put(
                        host, new Link(host.door(), weather, host.pop().hashCode())));
        hosts.start(host -> links.get(host).port(), OnHomebaseLost.KEEP).users(timeout);
    }

    @AfterEach
    void close() throws Exception {
        hosts.close();
        links.values().forEach(Link::close);
    }

    @Test
    void whereAnInstanceIsUsersAreServedThoughNothingGetsThroughAndSoonAfterEverythingIsRight() throws Exception {
        start(Weather.FINE, PATIENT);
        for (Case each : cases()) {
            partition(each);
            findings.print();
        }
        assertEquals(Set.of(), hosts.rightness().never());
    }

    private static List<Case> cases() {
        if (SECONDS == 0) {
            return List.of(
                    new Case(true, State.INSTANTIATING, OnHomebaseLost.START, false),
                    new Case(false, State.DRAINING, OnHomebaseLost.KEEP, true));
        }
        List<Case> all = new ArrayList<>();
        for (OnHomebaseLost lost : OnHomebaseLost.values()) {
            for (State state : List.of(State.TRIGGERED, State.INSTANTIATING, State.SWITCHING, State.DRAINING)) {
                all.add(new Case(true, state, lost, all.size() % 4 < 2));
                all.add(new Case(false, state, lost, all.size() % 4 < 2));
            }
        }
        return all;
    }

    private void partition(Case of) throws Exception {
        hosts.policy(of.lost());
        await("settled before " + of)
                .atMost(ThreeHosts.PATIENCE)
                .until(() -> of.there() ? hosts.back() : hosts.served());
        long failedBefore = hosts.failed();
        CountDownLatch cut = new CountDownLatch(1);
        hosts.onMigration(event -> {
            if (cut.getCount() > 0
                    && event.path("event").asText().equals(of.state().name())
                    && event.path("target").asText().equals(of.there() ? "pop-b" : "pop-a")) {
                links.values().forEach(link -> link.weather(Weather.FINE.cutOff()));
                cut.countDown();
            }
        });
        hosts.crowd().connections(of.there() ? 6 : 0);
        assertTrue(cut.await(ThreeHosts.PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> "never: " + of);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(SECONDS, SECONDS_AT_LEAST));
        try (LoadGenerator atHome = newcomers("pop-a")) {
            awaitNoticed(of);
            try (LoadGenerator atB = newcomers("pop-b");
                    LoadGenerator atC = newcomers("pop-c")) {
                boolean b = hosts.ready("pop-b") > 0 && placement("pop-b").equals("Serve");
                boolean c = of.lost() == OnHomebaseLost.START;
                await("the cut is over").atMost(Duration.ofHours(1)).until(() -> System.nanoTime() - until >= 0);
                judge(of, "pop-a", atHome, true);
                judge(of, "pop-b", atB, b);
                judge(of, "pop-c", atC, c);
            }
        }
        long healed = System.nanoTime();
        links.values().forEach(link -> link.weather(Weather.FINE));
        if (of.reset()) {
            links.values().forEach(Link::reset);
        }
        long right = hosts.rightness().awaitRight(of.toString(), healed);
        await("settled after " + of)
                .atMost(ThreeHosts.PATIENCE)
                .until(() -> of.there() ? hosts.served() : hosts.back());
        long settled = (System.nanoTime() - healed) / 1_000_000;
        findings.add(of.toString(), right, settled, true, 0, 0, hosts.failed() - failedBefore);
        assertEquals(Set.of(), hosts.rightness().never(), of::toString);
    }

    /** Until each site does what it does on its own. */
    private void awaitNoticed(Case of) {
        for (String pop : List.of("pop-b", "pop-c")) {
            await(pop + " misses its homebase").atMost(ThreeHosts.PATIENCE).until(() -> ThreeHosts.status(
                            hosts.host(pop))
                    .path("away")
                    .toString()
                    .contains("pop-a"));
        }
        if (of.lost() == OnHomebaseLost.START) {
            await("pop-b serves on its own").atMost(ThreeHosts.PATIENCE).until(() -> hosts.ready("pop-b") > 0);
            LoadGenerator first = newcomers("pop-c"); // somebody has to come for it to start
            try (first) {
                await("pop-c serves on its own").atMost(ThreeHosts.PATIENCE).until(() -> hosts.ready("pop-c") > 0);
            }
        } else if (of.there()) {
            await("what is begun at pop-b is ready, or was not begun")
                    .atMost(ThreeHosts.PATIENCE)
                    .until(() -> hosts.ready("pop-b") > 0 || placement("pop-b").equals("Relay"));
        }
    }

    private String placement(String pop) {
        return ThreeHosts.status(hosts.host(pop)).path("placement").asText();
    }

    private LoadGenerator newcomers(String pop) {
        LoadGenerator load = new LoadGenerator(
                hosts.host(pop).ingress(),
                new LoadPlan(Hello.HOST, "/hold?ms=20", Duration.ofMillis(100), PATIENT, 5, Long.MAX_VALUE, 0));
        load.connections(2);
        return load;
    }

    /** @param served whether all of them had to be; otherwise they are refused, and told so */
    private static void judge(Case of, String pop, LoadGenerator newcomers, boolean served) {
        newcomers.connections(0);
        await("the last answers at " + pop).atMost(ThreeHosts.PATIENCE).until(() -> newcomers.inFlight() == 0);
        LoadReport report = newcomers.report();
        System.out.println(of + ": " + pop + (served ? " serves: " : " refuses: ") + report);
        assertTrue(report.requests() > 0, pop);
        if (served) {
            assertEquals(report.requests(), report.answered(), () -> of + " at " + pop + ": " + report);
        } else {
            assertEquals(0, report.answered(), () -> of + " at " + pop + ": " + report);
            assertTrue(report.lost() <= MOST_IN_VAIN, () -> of + " at " + pop + ": " + report);
        }
    }

    @Test
    void aLineThatIsLongAndLosesPacketsFailsNoRequestThereAndBack() throws Exception {
        start(new Weather(Duration.ofMillis(150), 0.01, false), Duration.ofSeconds(60));
        await("back before").atMost(ThreeHosts.PATIENCE).until(hosts::back);
        hosts.crowd().connections(6);
        await("there").atMost(ThreeHosts.PATIENCE).until(hosts::served);
        hosts.crowd().connections(0);
        await("back").atMost(ThreeHosts.PATIENCE).until(hosts::back);
        assertEquals(0, hosts.failed());
        assertEquals(Set.of(), hosts.rightness().never());
    }
}
