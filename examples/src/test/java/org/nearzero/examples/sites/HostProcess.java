package org.nearzero.examples.sites;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@link SiteHost} as seen from outside. It may be killed and started again; its directory and its ports stay. The ports are held by
 * sockets that are bound and do not listen, so that nobody else is given them while it is away.
 */
final class HostProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode END = JSON.createObjectNode().put("answer", "end");

    private final String pop;
    private final Path directory;
    private final Consumer<JsonNode> events;
    private final Socket ingress = held();
    private final Socket door = held();
    private String peer = "";
    private int advertised = door.getLocalPort();
    private Process process;
    private Thread reader;
    private BlockingQueue<JsonNode> answers;

    /** @param events hears of migrations, on a thread of its own */
    HostProcess(String pop, Path directory, Consumer<JsonNode> events) {
        this.pop = pop;
        this.directory = directory;
        this.events = events;
    }

    private static Socket held() {
        try {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String pop() {
        return pop;
    }

    InetSocketAddress ingress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), ingress.getLocalPort());
    }

    InetSocketAddress door() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), door.getLocalPort());
    }

    /** Where peers reach the door from the next start on. */
    void advertised(int port) {
        advertised = port;
    }

    /** Whom it looks for from the next start on. */
    void peer(HostProcess other) {
        peer = other.pop + "@127.0.0.1:" + other.advertised;
    }

    /** Starts it; returns when its ingress accepts connections. */
    void start() throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                SiteHost.class.getName(),
                pop,
                directory.toString(),
                ingress.getLocalPort() + "," + door.getLocalPort() + "," + advertised,
                peer);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(pop + ".log").toFile()))
                .start();
        answers = new LinkedBlockingQueue<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        BlockingQueue<JsonNode> into = answers;
        reader = new Thread(() -> read(lines, into), "host " + pop);
        reader.setDaemon(true);
        reader.start();
        assertEquals("started", answer().path("answer").asText(), pop);
    }

    private void read(BufferedReader lines, BlockingQueue<JsonNode> into) {
        lines.lines().forEach(line -> {
            JsonNode said = parsed(line);
            if (said.has("event")) {
                events.accept(said);
            } else {
                into.add(said);
            }
        });
        into.add(END);
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + line, e);
        }
    }

    /** Has it do something; what it says to that. Empty: it is away. */
    synchronized Optional<JsonNode> tell(String command) throws InterruptedException {
        try {
            BufferedWriter in = process.outputWriter(StandardCharsets.UTF_8);
            in.write(command);
            in.newLine();
            in.flush();
        } catch (IOException e) {
            return Optional.empty();
        }
        JsonNode answer = answer();
        return answer == END ? Optional.empty() : Optional.of(answer);
    }

    private JsonNode answer() throws InterruptedException {
        JsonNode answer = answers.poll(60, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IllegalStateException(pop + " does not answer");
        }
        return answer;
    }

    /** SIGKILL, as a loss of power is to the process. Any thread. */
    void kill() {
        process.toHandle()
                .destroyForcibly(); // not by the process itself: that would close what it has said and nobody has read
        // yet
    }

    /** Waits for the end of one that was killed. */
    void gone() throws InterruptedException {
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null) {
            process.outputWriter().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                kill();
            }
        }
        ingress.close();
        door.close();
    }
}
