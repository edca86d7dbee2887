package org.nearzero.examples.demo;

import java.net.URISyntaxException;
import java.nio.file.Files;
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

/** The application of the demo: the sample, as a process, with policies that let it follow its users within seconds. */
final class DemoApplication {
    static final AppId ID = new AppId("hello");
    static final String HOST = "hello.example";
    static final int LIMIT = 10;
    static final int FOLLOWS_AT = 8;
    static final int COMES_BACK_AT = 2;
    private static final int MAX_INSTANCES = 4;
    private static final MigrationPolicy MIGRATION = new MigrationPolicy(
            FOLLOWS_AT,
            Duration.ofSeconds(1),
            COMES_BACK_AT,
            Duration.ofSeconds(2),
            Set.of(),
            2,
            Duration.ofSeconds(10),
            OnHomebaseLost.KEEP);

    private DemoApplication() {}

    static Application describe() throws DemoException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new DemoException(java + " is missing or not executable: run the demo on a JDK, 17 or newer");
        }
        List<String> command = List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                sampleJar().toString(),
                "org.nearzero.examples.sample.Sample");
        // The sample gets the limit as well, and answers 500 should it ever be given more: the instance itself checks.
        Map<String, String> env = Map.of("HOST", "127.0.0.1", "LIMIT", Integer.toString(LIMIT));
        ScalingPolicy scaling = new ScalingPolicy(
                LIMIT,
                0,
                MAX_INSTANCES,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                QueuePolicy.DEFAULT);
        return new Application(
                ID,
                "acme",
                "1.0",
                new Artefact("file://" + java.toAbsolutePath()),
                command,
                env,
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        List.of(new RouteMatch(HOST, "/")),
                        scaling,
                        Duration.ofSeconds(1),
                        ReadinessPolicy.TCP,
                        Optional.empty(),
                        Optional.of(MIGRATION)));
    }

    /** {@code sample.jar}, which the build puts beside the jar, or the classes, that this class comes from. */
    private static Path sampleJar() throws DemoException {
        try {
            Path home = Path.of(DemoApplication.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath()
                    .getParent();
            Path jar = home.resolve("sample.jar");
            if (!Files.isRegularFile(jar)) {
                throw new DemoException(jar + " is missing: ./nearzero demo builds it");
            }
            return jar;
        } catch (URISyntaxException e) {
            throw new DemoException("cannot tell where sample.jar is: " + e.getMessage(), e);
        }
    }
}
