package org.nearzero.driver.tck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A program as {@link DriverUnderTest} wants it, in one class that needs nothing but a JDK: put it into an image, or start it
 * with {@code java -cp}.
 *
 * <pre>
 * serve [ARGUMENT...]              serves at $HOST:$PORT (0.0.0.0:8080) until SIGTERM
 * serve-ignoring-term [ARGUMENT...]  the same, and SIGTERM does not end it
 * exit CODE [WORDS]                writes the words and ends
 * </pre>
 */
public final class ProbeApplication {
    private ProbeApplication() {}

    /** Runs it; see the class. */
    public static void main(String[] arguments) throws IOException {
        List<String> given = List.of(arguments);
        String what = given.isEmpty() ? "" : given.get(0);
        switch (what) {
            case "serve" -> serve(given);
            case "serve-ignoring-term" -> {
                ignoreTermination();
                serve(given);
            }
            case "exit" -> {
                System.out.println(given.stream().skip(2).collect(Collectors.joining(" ")));
                System.out.flush();
                Runtime.getRuntime().halt(Integer.parseInt(given.get(1)));
            }
            default -> {
                System.err.println("unknown: '" + what + "' (expected: serve, serve-ignoring-term or exit)");
                Runtime.getRuntime().halt(64);
            }
        }
    }

    private static void serve(List<String> arguments) throws IOException {
        String host = System.getenv().getOrDefault("HOST", "0.0.0.0");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 256);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> answer(exchange, "nearzero-tck\n"));
        server.createContext(
                "/env",
                exchange -> answer(
                        exchange,
                        System.getenv().entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                                .collect(Collectors.joining())));
        server.createContext("/args", exchange -> answer(exchange, String.join("\n", arguments) + "\n"));
        server.createContext("/exit/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            Runtime.getRuntime().halt(Integer.parseInt(path.substring("/exit/".length())));
        });
        server.start();
        System.out.println("listening at " + server.getAddress());
    }

    /** A shutdown that never comes to its end: the JVM goes on serving after SIGTERM. */
    private static void ignoreTermination() {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }
}
