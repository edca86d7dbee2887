package org.nearzero.examples.sites;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;

/** The sample application as a process of this machine, with a policy by which it soon follows its users, and soon comes back. */
final class Hello {
    static final AppId APP = new AppId("hello");
    static final String HOST = "hello.example";

    private Hello() {}

    /** @param mark what its processes have in their environment as {@code MARK}, to tell them from those of others */
    static Application application(OnHomebaseLost lost, String mark) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java").toAbsolutePath();
        String classes = Path.of("target", "classes").toAbsolutePath().toString();
        MigrationPolicy migration = new MigrationPolicy(
                4, Duration.ofMillis(500), 2, Duration.ofSeconds(1), Set.of(), 2, Duration.ofSeconds(30), lost);
        return new Application(
                APP,
                "acme",
                "1",
                new Artefact("file://" + java),
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        classes,
                        "org.nearzero.examples.sample.Sample"),
                Map.of("HOST", "127.0.0.1", "MARK", mark),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        List.of(new RouteMatch(HOST, "/")),
                        scaling(),
                        Duration.ofSeconds(2),
                        ReadinessPolicy.TCP,
                        Optional.empty(),
                        Optional.of(migration)));
    }

    private static ScalingPolicy scaling() {
        return new ScalingPolicy(
                50, 0, 4, Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(60), QueuePolicy.DEFAULT);
    }
}
