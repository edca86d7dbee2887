package org.nearzero.examples.sites;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.embed.Nearzero;
import org.nearzero.embed.SitePlan;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.sites.tools.Certificates;

/** Three sites in one process, on real sockets, with the sample application as real processes: users come to a site, and it follows. */
@Timeout(300)
class ThreeSitesTest {
    @TempDir
    Path directory;

    private final Map<String, Nearzero> sites = new LinkedHashMap<>();
    private final List<Migration> migrations = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Path authority = directory.resolve("authority");
        ca("authority", authority.toString());
        Endpoint first = null;
        for (String pop : List.of("pop-a", "pop-b", "pop-c")) {
            ca("site", authority.toString(), pop, "--door", "127.0.0.1:1");
            SitePlan plan = SitePlan.in("zone-" + pop, authority.resolve(pop), directory.resolve(pop + ".mv"))
                    .heartbeat(Duration.ofMillis(200));
            if (first != null) {
                plan.peer("pop-a@" + first);
            }
            Nearzero site = Nearzero.builder()
                    .popId(pop)
                    .processes(directory.resolve(pop + "-processes"))
                    .site(plan)
                    .migrationListener(migration -> {
                        synchronized (migrations) {
                            migrations.add(migration);
                        }
                    })
                    .stopInstancesOnClose(true)
                    .start();
            sites.put(pop, site);
            first = first != null ? first : site.ingress().peerDoor().orElseThrow();
        }
    }

    private static void ca(String... arguments) {
        assertEquals(0, Certificates.run(System.out, System.err, arguments));
    }

    @AfterEach
    void close() {
        sites.values().forEach(Nearzero::close);
    }

    private Placement placement(String pop) {
        return sites.get(pop).orchestrator().status(Hello.APP).orElseThrow().placement();
    }

    private boolean serves(String pop) {
        Optional<ApplicationStatus> status = sites.get(pop).orchestrator().status(Hello.APP);
        return status.isPresent()
                && status.get().placement() instanceof Placement.Serve
                && status.get().demand().inFlight() > 0;
    }

    private InetSocketAddress door(String pop) {
        Endpoint at = sites.get(pop).ingress().endpoints().get(0);
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port());
    }

    @Test
    void theWorkloadFollowsItsUsersAndComesBackWithoutOneFailedRequest() throws Exception {
        sites.get("pop-a")
                .sites()
                .apply(Hello.application(OnHomebaseLost.KEEP, "three-sites"))
                .toCompletableFuture()
                .get();
        await().atMost(Duration.ofSeconds(60)).until(() -> sites.values().stream()
                .allMatch(site -> site.orchestrator().status(Hello.APP).isPresent()));
        assertTrue(placement("pop-b") instanceof Placement.Relay);
        try (LoadGenerator load = new LoadGenerator(
                door("pop-b"), LoadPlan.of(Hello.HOST, "/hold?ms=20").from(6).perConnection(20))) {
            load.connections(1);
            await().atMost(Duration.ofSeconds(60)).until(() -> load.report().requests() > 5);
            assertTrue(placement("pop-b") instanceof Placement.Relay);
            load.connections(6);
            await().atMost(Duration.ofSeconds(60)).until(() -> serves("pop-b"));
            await().atMost(Duration.ofSeconds(60)).until(() -> reached("pop-b", State.COMPLETED));
            load.connections(0);
            await().atMost(Duration.ofSeconds(60)).until(() -> placement("pop-b") instanceof Placement.Relay);
            load.connections(1);
            long before = load.report().requests();
            await().atMost(Duration.ofSeconds(60)).until(() -> load.report().requests() > before + 5);
            load.connections(0);
            await().atMost(Duration.ofSeconds(60)).until(() -> load.report().inFlight() == 0);
            assertEquals(0, load.report().failed() + load.report().lost(), () -> load.report()
                    .reasons()
                    .toString());
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> sites.values().stream().allMatch(site -> site.orchestrator()
                        .status(Hello.APP)
                        .orElseThrow()
                        .instances()
                        .isEmpty()));
    }

    private boolean reached(String pop, State state) {
        synchronized (migrations) {
            return migrations.stream().anyMatch(m -> m.target().equals(new PopId(pop)) && m.state() == state);
        }
    }
}
