package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;
import org.nearzero.driver.tck.ContainerDriverContract;
import org.nearzero.driver.tck.DriverUnderTest;
import org.nearzero.driver.tck.ProbeApplication;
import org.nearzero.driver.tck.Workload;

/** The contract of a driver, with real processes. */
class ProcessDriverContractTest extends ContainerDriverContract {
    @Override
    protected DriverUnderTest underTest() throws IOException {
        return new Processes(Files.createTempDirectory("nearzero-drivers-process-"));
    }

    private static final class Processes implements DriverUnderTest {
        private static final String JAVA = "file://" + System.getProperty("java.home") + "/bin/java";

        private final Path directory;
        private final List<ProcessDriver> drivers = new ArrayList<>();

        Processes(Path directory) {
            this.directory = directory;
        }

        @Override
        public ContainerDriver newDriver() {
            ProcessDriver driver = new ProcessDriver(new ProcessSettings(directory.resolve("instances")));
            drivers.add(driver);
            return driver;
        }

        @Override
        public Set<Class<?>> optionalInterfaces() {
            return Set.of(SupportsPause.class, SupportsPrePull.class);
        }

        @Override
        public Workload serving(List<String> arguments) {
            return java("serve", arguments);
        }

        @Override
        public Workload ignoringTermination() {
            return java("serve-ignoring-term", List.of());
        }

        @Override
        public Workload exiting(int exitCode, String lastWords) {
            return java("exit", List.of(Integer.toString(exitCode), lastWords));
        }

        @Override
        public Artefact missingArtefact() {
            return new Artefact("file://" + directory + "/no-such-program");
        }

        @Override
        public Artefact foreignArtefact() {
            return new Artefact("acme/shop:7");
        }

        @Override
        public ContainerDriver unreachable() throws IOException {
            Path file = Files.writeString(directory.resolve("not-a-directory"), "");
            ProcessDriver driver = new ProcessDriver(new ProcessSettings(file));
            drivers.add(driver);
            return driver;
        }

        @Override
        public void kill(DriverInstance instance) {
            processesOf(instance.appInstanceId()).forEach(ProcessHandle::destroyForcibly);
        }

        @Override
        public List<String> remains(AppInstanceId instance) throws IOException {
            List<String> remains =
                    processesOf(instance).map(p -> "process " + p.pid()).collect(Collectors.toList());
            if (Files.isDirectory(directory.resolve("instances"))) {
                try (Stream<Path> files = Files.list(directory.resolve("instances"))) {
                    files.filter(f -> f.getFileName().toString().startsWith(instance.value()))
                            .forEach(f -> remains.add("file " + f));
                }
            }
            return remains;
        }

        @Override
        public void close() throws Exception {
            drivers.forEach(ProcessDriver::close);
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(p -> environment(p).contains("TMPDIR_OF_TEST=" + directory))
                    .collect(Collectors.toList());
            for (ProcessHandle process : left) {
                process.destroyForcibly();
                process.onExit().get(10, TimeUnit.SECONDS);
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                    Files.deleteIfExists(file);
                }
            }
        }

        private Workload java(String what, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    classpath(),
                    ProbeApplication.class.getName(),
                    what));
            command.addAll(arguments);
            return new Workload(
                    new Artefact(JAVA), command, java.util.Map.of("TMPDIR_OF_TEST", directory.toString()), 8080);
        }

        private static String classpath() {
            return Path.of(java.net.URI.create(ProbeApplication.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString()))
                    .toString();
        }

        private static Stream<ProcessHandle> processesOf(AppInstanceId instance) {
            return ProcessHandle.allProcesses()
                    .filter(p -> environment(p).contains("NEARZERO_INSTANCE_ID=" + instance));
        }

        private static List<String> environment(ProcessHandle process) {
            try {
                return List.of(Files.readString(
                                Path.of("/proc/" + process.pid() + "/environ"),
                                java.nio.charset.StandardCharsets.ISO_8859_1)
                        .split("\0"));
            } catch (IOException e) {
                return List.of();
            }
        }
    }
}
