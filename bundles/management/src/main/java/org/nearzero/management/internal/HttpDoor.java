package org.nearzero.management.internal;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.nearzero.management.core.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between HTTP and the {@link Api}: who may ask, the {@code x-correlator}, and errors as answers. */
final class HttpDoor implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final String CORRELATOR = "x-correlator";
    private static final String CORRELATOR_FORM = "[a-zA-Z0-9-_:;.\\/<>{}]{0,256}";
    private static final Pattern CORRELATORS = Pattern.compile(CORRELATOR_FORM);

    private final Guard guard;
    private final Api api;

    HttpDoor(Guard guard, Api api) {
        this.guard = guard;
        this.api = api;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response;
            try {
                response = answer(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                response = new Failure(503, "UNAVAILABLE", "the platform is shutting down").response();
            } catch (RuntimeException | IOException e) {
                response = refusal(exchange, e);
            } catch (Error e) {
                LOG.error(
                        "request failed: path={}",
                        exchange.getRequestURI().getRawPath(),
                        e); // the JDK's server is silent
                throw e;
            }
            send(exchange, response);
        }
    }

    private Response answer(HttpExchange exchange) throws IOException, InterruptedException {
        String correlator = header(exchange, CORRELATOR);
        if (!CORRELATORS.matcher(correlator).matches()) {
            throw new Failure(400, "INVALID_ARGUMENT", CORRELATOR + ": malformed (expected: " + CORRELATOR_FORM + ")");
        }
        if (!correlator.isEmpty()) {
            exchange.getResponseHeaders().set(CORRELATOR, correlator);
        }
        List<String> origins = exchange.getRequestHeaders().getOrDefault("Origin", List.of());
        guard.check(header(exchange, "Host"), origins, header(exchange, "Authorization"));
        String method = exchange.getRequestMethod();
        String query = exchange.getRequestURI().getRawQuery();
        return api.answer(new Request(
                method.equals("HEAD") ? "GET" : method,
                exchange.getRequestURI().getRawPath(),
                query == null ? "" : query,
                header(exchange, "Content-Type"),
                exchange.getRequestBody()));
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static Response refusal(HttpExchange exchange, Exception e) {
        Failure failure = Failure.of(e);
        if (failure.getCause() != null) {
            LOG.error(
                    "request failed: method={} path={} correlator={}",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    exchange.getResponseHeaders().getFirst(CORRELATOR),
                    failure.getCause());
        }
        return failure.response();
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        response.headers().forEach(headers::set);
        headers.set("Cache-Control", "no-store");
        if (response.body().isEmpty()) {
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        byte[] body = Json.text(response.body()).getBytes(StandardCharsets.UTF_8);
        headers.set("Content-Type", "application/json");
        headers.set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
