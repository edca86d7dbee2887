package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;

/** Orders as the orchestrator would give them, and patience as it would have it. */
record Orders(
        PopId pop, Artefact artefact, List<String> command, Map<String, String> env, int port, Resources resources) {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Resources SMALL = new Resources(500, 32L << 20, 64);
    static final AppId APP = new AppId("drivers-docker-it");

    static Orders ofTestImage() {
        return new Orders(
                new PopId("dd-" + random()),
                new Artefact(TestEngine.IMAGE),
                List.of(),
                Map.of(),
                TestEngine.PORT,
                SMALL);
    }

    Orders with(Artefact other) {
        return new Orders(pop, other, command, env, port, resources);
    }

    Orders with(List<String> otherCommand) {
        return new Orders(pop, artefact, otherCommand, env, port, resources);
    }

    Orders at(int otherPort) {
        return new Orders(pop, artefact, command, env, otherPort, resources);
    }

    Orders with(Resources other) {
        return new Orders(pop, artefact, command, env, port, other);
    }

    InstanceSpec next() {
        Application application = new Application(
                APP,
                "acme",
                "1",
                artefact,
                command,
                env,
                port,
                resources,
                new ServerlessPolicy(List.of(new RouteMatch("it.example", "/")), ScalingPolicy.DEFAULT));
        return new InstanceSpec(new AppInstanceId(APP + "." + random()), pop, "g1", application, Duration.ofSeconds(5));
    }

    static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static DriverException refused(CompletionStage<?> stage) {
        return (DriverException)
                assertThrows(ExecutionException.class, () -> done(stage)).getCause();
    }

    private static String random() {
        return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41), 36);
    }
}
