package org.nearzero.benchmarks;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration;
import org.nearzero.drivers.docker.internal.DockerDriver;
import org.nearzero.drivers.docker.internal.DockerSettings;
import org.nearzero.embed.Nearzero;
import org.nearzero.embed.NearzeroBuilder;
import org.nearzero.embed.SitePlan;

/** One of the sites of {@link ThreeSites}, a process of its own. It tells line by line, on standard output, what happens at it. */
final class MigrationSite {
    static final String APP = "bench-migrations";
    static final String HOST = APP + ".example";
    /** Sessions from which, and down to which. */
    static final int THRESHOLD = 12;

    static final int RETURN = 6;
    /** How long a connection may go on the old way. */
    static final Duration DRAIN = Duration.ofSeconds(2);

    private static final int LIMIT = 40;
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    private MigrationSite() {}

    /** @param args name, directory of its certificate, file of its store, port of its door, door as peers reach it, a peer or nothing */
    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.jboss.logging.provider", "slf4j");
        Optional<String> peer = args.length > 5 ? Optional.of(args[5]) : Optional.empty();
        SitePlan plan = SitePlan.in("zone-" + args[0], Path.of(args[1]), Path.of(args[2]))
                .door("127.0.0.1", Integer.parseInt(args[3]))
                .advertised(args[4])
                .heartbeat(HALF_A_SECOND);
        peer.ifPresent(plan::peer);
        DockerDriver driver = new DockerDriver(DockerSettings.defaults());
        NearzeroBuilder builder = Nearzero.builder()
                .popId(args[0])
                .driver(driver)
                .site(plan)
                .statusListener(MigrationSite::tell)
                .migrationListener(MigrationSite::tell)
                .stopInstancesOnClose(true);
        Nearzero nearzero = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(nearzero::close));
        if (peer.isEmpty()) {
            nearzero.sites()
                    .apply(application())
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
        System.out.println("ingress " + nearzero.ingress().endpoints().get(0));
        System.in.transferTo(OutputStream.nullOutputStream()); // until whoever started it ends it, or ends
    }

    private static Application application() {
        return new Application(
                new AppId(APP),
                "bench",
                "1",
                new Artefact(Rig.IMAGE),
                List.of(),
                Map.of("LIMIT", Integer.toString(LIMIT)),
                8080,
                Rig.EACH,
                new ServerlessPolicy(
                        List.of(new RouteMatch(HOST, "/"), new RouteMatch("*", Rig.WEB_SOCKET_PATH)),
                        new ScalingPolicy(
                                LIMIT,
                                0,
                                3,
                                Duration.ofSeconds(1),
                                HALF_A_SECOND,
                                Duration.ofMinutes(2),
                                new QueuePolicy(5_000, 64L << 20, Duration.ofMinutes(2))),
                        HALF_A_SECOND,
                        new ReadinessPolicy("/ready"),
                        Optional.empty(),
                        Optional.of(new MigrationPolicy(
                                THRESHOLD,
                                HALF_A_SECOND,
                                RETURN,
                                HALF_A_SECOND,
                                Set.of(),
                                2,
                                DRAIN,
                                OnHomebaseLost.KEEP))));
    }

    private static void tell(ApplicationStatus status) {
        long ready = status.instances().stream()
                .filter(instance -> instance.status() == AppInstanceStatus.READY)
                .count();
        say("status " + part(status.placement()) + " " + ready);
    }

    private static String part(Placement placement) {
        return placement.getClass().getSimpleName();
    }

    private static void tell(Migration migration) {
        Migration.Step last = migration.history().get(migration.history().size() - 1);
        say(String.join(
                " ",
                "migration",
                migration.migrationId(),
                migration.source().value(),
                migration.target().value(),
                migration.state().name(),
                last.reason()));
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line.replace('\n', ' '));
        }
    }
}
