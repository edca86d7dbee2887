package org.nearzero.drivers.docker.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;
import org.nearzero.driver.tck.DriverUnderTest;
import org.nearzero.driver.tck.Workload;

/** The driver on the machine's own engine. */
final class DockerUnderTest implements DriverUnderTest {
    private final TestEngine engine = TestEngine.DEFAULT.withImage();
    /** Built when it is asked for; empty until then. No registry answers at port 1. */
    private String transferable = "";

    @Override
    public ContainerDriver newDriver() {
        return new DockerDriver(DockerSettings.defaults());
    }

    @Override
    public Set<Class<?>> optionalInterfaces() {
        return Set.of(SupportsPause.class, SupportsPrePull.class, SupportsImageTransfer.class);
    }

    @Override
    public Workload serving(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("/serve.sh"));
        command.addAll(arguments);
        return new Workload(new Artefact(TestEngine.IMAGE), command);
    }

    @Override
    public Workload ignoringTermination() {
        return new Workload(
                new Artefact(TestEngine.IMAGE), List.of("/serve.sh"), Map.of("IGNORE_TERM", "yes"), TestEngine.PORT);
    }

    @Override
    public Workload exiting(int exitCode, String lastWords) {
        return new Workload(
                new Artefact(TestEngine.IMAGE),
                List.of("/bin/sh", "-c", "echo \"$1\"; exit $2", "sh", lastWords, String.valueOf(exitCode)));
    }

    @Override
    public Artefact missingArtefact() {
        // No registry answers at port 1, so that the outcome does not depend on the network.
        return new Artefact("127.0.0.1:1/nearzero-drivers-docker/absent:1");
    }

    @Override
    public Artefact foreignArtefact() {
        return new Artefact("file:///bin/true");
    }

    @Override
    public Workload transferable() {
        if (transferable.isEmpty()) {
            transferable = "127.0.0.1:1/nearzero-drivers-docker/" + Long.toString(System.nanoTime(), 36) + ":1";
            engine.build(transferable, """
                    RUN ["/bin/busybox", "dd", "if=/dev/urandom", "of=/own", "bs=1k", "count=16"]""");
        }
        return new Workload(new Artefact(transferable), List.of("/serve.sh"));
    }

    @Override
    public void remove(Artefact artefact) {
        engine.docker("rmi", artefact.imagePath());
    }

    @Override
    public ContainerDriver unreachable() {
        return new DockerDriver(DockerSettings.at(
                "unix://" + Path.of(System.getProperty("java.io.tmpdir"), "nearzero-no-engine.sock")));
    }

    @Override
    public void kill(DriverInstance instance) {
        engine.docker("kill", "-s", "KILL", instance.appInstanceId().value());
    }

    @Override
    public List<String> remains(AppInstanceId instance) {
        return Stream.of(
                        engine.docker("ps", "-aq", "--filter", "label=org.nearzero.instance=" + instance),
                        engine.docker("ps", "-aq", "--filter", "name=^/" + instance + "$"))
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .distinct()
                .toList();
    }

    @Override
    public String envPath() {
        return "/cgi-bin/env";
    }

    @Override
    public String argumentsPath() {
        return "/cgi-bin/arguments";
    }

    @Override
    public String exitPath(int exitCode) {
        return "/cgi-bin/exit?" + exitCode;
    }

    @Override
    public void close() {
        engine.docker("ps", "-aq", "--filter", "label=org.nearzero.app=tck-app", "--filter", "status=dead");
        if (!transferable.isEmpty()
                && !engine.docker("images", "-q", transferable).isEmpty()) {
            engine.docker("rmi", "-f", transferable);
        }
    }
}
