package org.nearzero.drivers.docker.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.nearzero.drivers.docker.core.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls of a start a few times for an image that cannot exist, so that the first real start does not pay for loading and
 * linking the client, 150 to 300 ms. Nothing comes into being on the engine.
 */
final class Warmth {
    private static final Logger LOG = LoggerFactory.getLogger(Warmth.class);
    private static final String NO_IMAGE = "sha256:" + "0".repeat(64);
    /** Enough for the compiler to have seen what matters. */
    private static final int ROUNDS = 10;

    private static final String ANSWER = """
            {"Id":"0","Created":"2026-01-01T00:00:00Z","Name":"/x","State":{"Status":"running","Running":true,"ExitCode":0},
             "Config":{"Labels":{},"Env":[],"ExposedPorts":{"80/tcp":{}}},
             "HostConfig":{"Memory":1,"CapDrop":["ALL"],"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]},
              "LogConfig":{"Type":"json-file"},"RestartPolicy":{"Name":"no"},"Tmpfs":{"/tmp":""}},
             "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"80"}]},"Networks":{"bridge":{}}}}
            """;

    private Warmth() {}

    /** Best effort; makes blocking calls. */
    static Void bring(DockerClient client, ContainerOrder order) {
        InstanceSpec spec = spec();
        for (int round = 0; round < ROUNDS; round++) {
            round(client, order, spec);
        }
        return null;
    }

    private static void round(DockerClient client, ContainerOrder order, InstanceSpec spec) {
        String name = spec.appInstanceId().value();
        expectRefusal(() -> order.write(
                        client.createContainerCmd(NO_IMAGE),
                        spec.application(),
                        Ledger.of(spec, Instant.now()),
                        new Images.Image(NO_IMAGE, "", Set.of(), List.of()))
                .exec());
        expectRefusal(() -> client.startContainerCmd(name).exec());
        expectRefusal(() -> client.inspectContainerCmd(name).exec());
        expectRefusal(() -> client.inspectImageCmd(NO_IMAGE).exec());
        try {
            DockerClientConfig.getDefaultObjectMapper().readValue(ANSWER, InspectContainerResponse.class);
        } catch (JsonProcessingException e) {
            LOG.debug("the warm-up's own answer", e);
        }
    }

    private static void expectRefusal(Runnable call) {
        try {
            call.run();
        } catch (DockerException e) {
            LOG.trace("refused, as expected", e);
        }
    }

    private static InstanceSpec spec() {
        Application application = new Application(
                new AppId("nearzero-warmth"),
                "nearzero",
                "0",
                new Artefact(NO_IMAGE),
                List.of("true"),
                Map.of(),
                80,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch("warmth.invalid", "/")), ScalingPolicy.DEFAULT));
        return new InstanceSpec(
                new AppInstanceId("nearzero-warmth.0"), new PopId("nearzero-warmth"), "0", application, Duration.ZERO);
    }
}
