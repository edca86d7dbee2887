package org.nearzero.drivers.docker.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The engine seen through its own command line, behind the driver's back, and the image that the tests run. */
final class TestEngine {
    static final String IMAGE = "nearzero-drivers-docker-test:1";
    static final int PORT = 8080;
    static final TestEngine DEFAULT =
            new TestEngine(DockerSettings.defaults().host().toString());

    /** A program as the contract wants it; the shell stays first, so that it can end with any code. */
    private static final String SERVE = """
            #!/bin/sh
            for each in "$@"; do echo "$each"; done > /tmp/arguments
            trap 'exit 0' TERM
            [ "$IGNORE_TERM" != yes ] || trap '' TERM
            httpd -f -p "0.0.0.0:$PORT" -h /www &
            until [ -e /tmp/exit ] || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
            exit $(cat /tmp/exit)
            """;

    private static final String CGI = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n";

    private static boolean imageIsThere;
    private final String host;

    TestEngine(String host) {
        this.host = host;
    }

    /** Runs {@code docker ARGUMENTS}. @return its standard output, stripped */
    String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "-H", host));
        command.addAll(List.of(arguments));
        return run(command);
    }

    static String run(List<String> command) {
        try {
            Path errors = Files.createTempFile("nearzero", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                String output;
                try (InputStream from = process.getInputStream()) {
                    output = new String(from.readAllBytes(), StandardCharsets.UTF_8).strip();
                }
                if (process.waitFor() != 0) {
                    throw new IllegalStateException(command + ": " + output + Files.readString(errors));
                }
                return output;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Makes sure that the engine has the image. */
    synchronized TestEngine withImage() {
        if (!imageIsThere || this != DEFAULT) {
            build(IMAGE, "");
            imageIsThere = true;
        }
        return this;
    }

    /** Builds the test's image under a name; {@code instructions} are more lines of its Dockerfile. */
    void build(String name, String instructions) {
        try {
            Path context = Files.createTempDirectory("nearzero-drivers-docker");
            try {
                Files.copy(busybox(), context.resolve("busybox"));
                script(context, "serve.sh", SERVE);
                script(context, "env", CGI + "env\n");
                script(context, "arguments", CGI + "cat /tmp/arguments\n");
                script(context, "exit", CGI + "echo $QUERY_STRING > /tmp/exit.new && mv /tmp/exit.new /tmp/exit\n");
                Files.writeString(context.resolve("index.html"), "hello\n");
                Files.writeString(context.resolve("Dockerfile"), """
                        FROM scratch
                        COPY busybox /bin/busybox
                        RUN ["/bin/busybox", "--install", "/bin"]
                        COPY index.html /www/
                        COPY env arguments exit /www/cgi-bin/
                        COPY serve.sh /
                        LABEL org.nearzero.room=drivers-docker
                        ENTRYPOINT ["/serve.sh"]
                        """ + instructions + "\n");
                run(List.of(
                        "env",
                        "DOCKER_BUILDKIT=0",
                        "docker",
                        "-H",
                        host,
                        "build",
                        "-q",
                        "-t",
                        name,
                        context.toString()));
            } finally {
                delete(context);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot build " + name, e);
        }
    }

    private static Path busybox() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no busybox here: apt-get install busybox-static"));
    }

    private static void script(Path directory, String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
