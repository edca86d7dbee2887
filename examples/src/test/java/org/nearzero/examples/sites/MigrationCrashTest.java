package org.nearzero.examples.sites;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.sites.Migration.State;

/**
 * A site is killed as a migration enters a state, there and back, and started again: soon everything is right. "As it enters" is when
 * the homebase has told of it, which is just after it was written down; the signal follows within milliseconds, so that a state that
 * is as short may be over by then. How often it was is told. {@code -Dnearzero.crashes=N} does everything N times.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class MigrationCrashTest {
    private static final int TIMES = Integer.getInteger("nearzero.crashes", 1);
    private static final List<State> STATES =
            List.of(State.TRIGGERED, State.INSTANTIATING, State.SWITCHING, State.DRAINING);

    @TempDir
    Path directory;

    private final Findings findings = new Findings("crashes");
    private ThreeHosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new ThreeHosts(directory);
        hosts.start(host -> host.door().getPort(), OnHomebaseLost.KEEP).users(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        hosts.close();
    }

    @Test
    void whoeverIsKilledInWhateverStateOfAMigrationSoonEverythingIsRight() throws Exception {
        for (int round = 0; round < TIMES; round++) {
            boolean noticed = round % 2 == 1;
            for (State state : STATES) {
                for (String victim : List.of("pop-a", "pop-b")) {
                    crash(new Case(true, state, victim), noticed);
                    crash(new Case(false, state, victim), noticed);
                }
            }
            findings.print(); // what is known by now, should a long run not come to its end
        }
        assertEquals(Set.of(), hosts.rightness().never());
    }

    /** @param noticed whether the others have noticed that it is away before it is started again */
    private void crash(Case of, boolean noticed) throws Exception {
        HostProcess victim = hosts.host(of.victim());
        await("settled before " + of)
                .atMost(ThreeHosts.PATIENCE)
                .until(() -> of.there() ? hosts.back() : hosts.served());
        Shot shot = new Shot(of, victim);
        hosts.onMigration(shot);
        Set<String> before = instancesAt("pop-a");
        long failedBefore = hosts.failed();
        hosts.crowd().connections(of.there() ? 6 : 0);
        assertTrue(shot.fired.await(ThreeHosts.PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> "never: " + of);
        victim.gone();
        Map<String, Set<Long>> running = hosts.processes().byInstance();
        boolean all = of.there() && (of.state() == State.SWITCHING || of.state() == State.DRAINING);
        Set<String> kept = all ? running.keySet() : before;
        HostProcess other = hosts.host(of.victim().equals("pop-a") ? "pop-b" : "pop-a");
        if (noticed) {
            await("it is missed")
                    .atMost(ThreeHosts.PATIENCE)
                    .until(() ->
                            ThreeHosts.status(other).path("away").toString().contains(of.victim()));
        }
        long restarted = System.nanoTime();
        victim.start();
        long right = hosts.rightness().awaitRight(of.toString(), restarted);
        Set<String> adopted = new TreeSet<>(running.keySet());
        adopted.retainAll(hosts.processes().byInstance().keySet());
        await("settled after " + of)
                .atMost(ThreeHosts.PATIENCE)
                .until(() -> of.there() ? hosts.served() : hosts.back());
        long settled = (System.nanoTime() - restarted) / 1_000_000;
        findings.add(
                of.toString(),
                right,
                settled,
                caught(shot),
                running.size(),
                adopted.size(),
                hosts.failed() - failedBefore);
        assertEquals(Set.of(), hosts.rightness().never(), of::toString);
        assertTrue(
                adopted.containsAll(kept) || wentBack(shot),
                () -> of + ": " + adopted + " (expected: all of " + kept + " go on)");
    }

    private Set<String> instancesAt(String pop) {
        return new TreeSet<>(
                ThreeHosts.status(hosts.host(pop)).path("instances").findValuesAsText("id"));
    }

    /** Whether users took so long to come back after the restart that the policy had the workload brought back meanwhile. */
    private boolean wentBack(Shot shot) {
        for (JsonNode migration : ThreeHosts.status(hosts.homebase()).path("migrations")) {
            if (shot.of.there()
                    && migration.path("epoch").asLong() > shot.epoch
                    && migration.path("source").asText().equals("pop-b")) {
                return true;
            }
        }
        return false;
    }

    /** Whether it was still in that state when the signal was sent: by what the homebase wrote down, told or not. */
    private boolean caught(Shot shot) {
        for (JsonNode migration : ThreeHosts.status(hosts.homebase()).path("migrations")) {
            if (migration.path("epoch").asLong() == shot.epoch) {
                List<JsonNode> steps = new ArrayList<>();
                migration.path("history").forEach(steps::add);
                List<JsonNode> later = steps.stream()
                        .dropWhile(step -> !step.path("state")
                                .asText()
                                .equals(shot.of.state().name()))
                        .skip(1)
                        .toList();
                return later.isEmpty() || later.get(0).path("at").asLong() > shot.atMillis;
            }
        }
        return false;
    }

    private record Case(boolean there, State state, String victim) {
        @Override
        public String toString() {
            String role = there == victim.equals("pop-a") ? "source" : "target";
            return (there ? "there " : "back ") + state + ", " + role + (victim.equals("pop-a") ? " (homebase)" : "");
        }
    }

    /** Kills once, when the state is entered. */
    private static final class Shot implements Consumer<JsonNode> {
        private final Case of;
        private final HostProcess victim;
        private final CountDownLatch fired = new CountDownLatch(1);
        private long epoch;
        private long atMillis;

        private Shot(Case of, HostProcess victim) {
            this.of = of;
            this.victim = victim;
        }

        @Override
        public void accept(JsonNode event) {
            if (fired.getCount() > 0
                    && event.path("event").asText().equals(of.state().name())
                    && event.path("target").asText().equals(of.there() ? "pop-b" : "pop-a")) {
                victim.kill();
                atMillis = System.currentTimeMillis();
                epoch = event.path("epoch").asLong();
                fired.countDown();
            }
        }
    }
}
