package org.nearzero.itests.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The unpacked distribution with a base directory of its own, driven by its script as a user drives it. */
final class Installation {
    private static final Pattern SITES = Pattern.compile("(?ms)^  // \"org\\.nearzero\\.sites\": \\{$.*?^  // \\},$");
    private static final long COMMAND_DEADLINE_SECONDS = 360;

    private final Path script;
    private final Path base;
    private final Map<String, String> environment = new HashMap<>();

    /**
     * What a command came to.
     *
     * @param exit its exit code
     * @param output standard output and error together
     */
    record Outcome(int exit, String output) {}

    /** @param base an empty directory; gets a copy of the shipped configuration */
    Installation(Path base) throws IOException {
        Path home = unpacked();
        this.script = home.resolve("bin/nearzero");
        this.base = base;
        Files.createDirectories(base.resolve("conf"));
        for (Path file : children(home.resolve("conf"))) {
            Files.copy(file, base.resolve("conf").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        environment.put("NEARZERO_BASE", base.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("NEARZERO_START_WAIT", "300");
    }

    /** Sets a variable of the script's environment. */
    Installation with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Replaces the configuration of the platform. */
    Installation configured(String json) throws IOException {
        Files.writeString(base.resolve("conf/nearzero.json"), json);
        return this;
    }

    /** Runs a command of the script. */
    Outcome run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(base, "command", ".out");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .toList());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(COMMAND_DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(arguments) + " did not end; so far: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    /** The shipped configuration on free ports, without pulling of images. */
    Installation onFreePorts() throws IOException {
        return edited("\"port\": 8080", "\"port\": 0")
                .edited("\"port\": 7080", "\"port\": 0")
                .edited("\"pull\": true", "\"pull\": false");
    }

    /** The configuration with a part of it replaced. */
    Installation edited(String part, String by) throws IOException {
        String before = Files.readString(file("conf/nearzero.json"));
        if (!before.contains(part)) {
            throw new AssertionError("conf/nearzero.json has no " + part);
        }
        return configured(before.replace(part, by));
    }

    /** The shipped configuration as one site of several: what a user does who takes the slashes away. */
    Installation withSites() throws IOException {
        return configured(withSites(Files.readString(file("conf/nearzero.json"))));
    }

    static String withSites(String configuration) {
        return SITES.matcher(configuration)
                .replaceFirst(lines -> Matcher.quoteReplacement(lines.group().replaceAll("(?m)^  // ", "  ")));
    }

    /** Starts it, and fails with its words if it does not serve. */
    Installation started() throws IOException, InterruptedException {
        Outcome start = run("start");
        if (start.exit() != 0) {
            throw new AssertionError(start.output());
        }
        return this;
    }

    /** Where it listens: {@code ingress} or {@code management}. */
    URI endpoint(String kind) throws IOException {
        return Files.readAllLines(file("run/state")).stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> URI.create(line.substring(kind.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("run/state does not tell where its " + kind + " is"));
    }

    /** An answer's status and body. */
    record Answer(int status, String body) {}

    /** A user's request to an application by its host name. */
    Answer get(String host) throws IOException {
        URI ingress = endpoint("ingress");
        try (Socket socket = new Socket(ingress.getHost(), ingress.getPort())) {
            // The JDK's client does not let anyone set Host.
            socket.setSoTimeout(120_000);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(
                    Integer.parseInt(answer.split(" ", 3)[1]), answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    /** A manifest handed to the REST API. */
    Answer post(String manifest) throws IOException, InterruptedException {
        return send(request("/apps")
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(manifest)));
    }

    /** What the REST API has at a path. */
    Answer api(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(endpoint("management").resolve("/serverless-edge/v0.1" + path));
    }

    private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    /** Ends the platform as a power cut would. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(Files.readString(file("run/pid")).strip());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** A file below the base directory. */
    Path file(String name) {
        return base.resolve(name);
    }

    /** The distribution as the build unpacked it. */
    static Path unpacked() throws IOException {
        Path place = Path.of("target", "distribution").toAbsolutePath();
        return children(place).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(place + " is empty: run the build of this module"));
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": run the build of this module", e);
        }
    }
}
