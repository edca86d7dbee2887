package org.nearzero.drivers.docker.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.model.Problems;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The Docker driver as a service; its configuration has the PID {@value #PID}. */
@Component(
        service = ContainerDriver.class,
        configurationPid = DockerDriverComponent.PID,
        property = "nearzero.driver=docker")
@Designate(ocd = DockerDriverComponent.Config.class)
public final class DockerDriverComponent extends DockerDriver {
    /** PID of the configuration, which is optional. */
    public static final String PID = "org.nearzero.drivers.docker";

    /** See {@link DockerSettings} for ranges. */
    @ObjectClassDefinition(
            name = "Nearzero Docker driver",
            description = "How to talk to the Docker engine of this machine, and what is imposed on every container.")
    public @interface Config {
        @AttributeDefinition(description = "The engine's socket, unix:///absolute/path. Access to it equals root.")
        String host() default "unix:///var/run/docker.sock";

        @AttributeDefinition(description = "For a first answer when connecting anew. ms, 100 to 60000.")
        long connectTimeoutMs() default 5_000;

        @AttributeDefinition(description = "After which a call counts as not answered. ms, 1000 to 600000.")
        long callTimeoutMs() default 60_000;

        @AttributeDefinition(
                description = "Longest pause between two attempts to reach a lost engine. ms, 100 to 60000.")
        long reconnectMaxMs() default 2_000;

        @AttributeDefinition(description = "Calls to the engine at once, 2 to 256; more wait in line.")
        int maxConcurrentCalls() default 16;

        @AttributeDefinition(description = "Whether an image that the engine does not hold is pulled.")
        boolean pull() default true;

        @AttributeDefinition(description = "For the first sign of life of a registry. ms, 100 to 600000.")
        long registryTimeoutMs() default 10_000;

        @AttributeDefinition(description = "For a whole pull, export or import of an image. ms, 1000 to 86400000.")
        long pullTimeoutMs() default 300_000;

        @AttributeDefinition(
                description =
                        "user[:group] for images that would run as root. Empty: as the image says, root included.")
        String user() default "65534:65534";

        @AttributeDefinition(
                description = "Size of the writable /tmp, counted as the instance's memory. Bytes, 0 (none) to 1 TiB.")
        long tmpfsBytes() default 16 * 1024 * 1024;

        @AttributeDefinition(description = "Whether files in /tmp may be executed.")
        boolean tmpfsExec() default false;

        @AttributeDefinition(description = "Whether a small init reaps orphans and passes signals on.")
        boolean init() default true;

        @AttributeDefinition(description = "Name of a bridge network of the engine.")
        String network() default "bridge";

        @AttributeDefinition(description = "Output kept for each container. Bytes, 16384 to 1073741824.")
        long logBytes() default 1024 * 1024;
    }

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws org.nearzero.api.model.InvalidInputException with every problem of the configuration
     */
    @Activate
    public DockerDriverComponent(Config config, Map<String, Object> properties) {
        super(settings(config, properties));
    }

    /** Takes the service back; instances run on. */
    @Deactivate
    void deactivate() {
        close();
    }

    static DockerSettings settings(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        DockerSettings settings = problems.part(
                "",
                DockerSettings.defaults(),
                () -> new DockerSettings(
                        uri(config.host()),
                        Duration.ofMillis(config.connectTimeoutMs()),
                        Duration.ofMillis(config.callTimeoutMs()),
                        Duration.ofMillis(config.reconnectMaxMs()),
                        config.maxConcurrentCalls(),
                        config.pull(),
                        Duration.ofMillis(config.registryTimeoutMs()),
                        Duration.ofMillis(config.pullTimeoutMs()),
                        config.user(),
                        config.tmpfsBytes(),
                        config.tmpfsExec(),
                        config.init(),
                        config.network(),
                        config.logBytes()));
        problems.keys(properties, Config.class, "nearzero.driver").throwIfAny();
        return settings;
    }

    /** A text that is no URI becomes one that the settings refuse, so that its problem is reported with all others. */
    private static URI uri(String host) {
        try {
            return URI.create(host);
        } catch (IllegalArgumentException e) {
            return URI.create("invalid:" + java.net.URLEncoder.encode(host, java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
