package org.nearzero.management.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nearzero.api.model.Endpoint;

/** One request over a socket of its own, byte by byte as the test says, since a client library would not lie about its host. */
final class Call {
    private static final String BASE = "/serverless-edge/v0.1";

    /** For an answer, and for conditions that come true by themselves; far more than any needs. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Endpoint to;
    private final String method;
    private final String path;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte[] body = {};

    private Call(Endpoint to, String method, String path) {
        this.to = to;
        this.method = method;
        this.path = path;
        headers.put("Host", to.toString());
    }

    /** @param path behind the base */
    static Call of(Endpoint to, String method, String path) {
        return new Call(to, method, BASE + path);
    }

    static Call plain(Endpoint to, String method, String path) {
        return new Call(to, method, path);
    }

    /** An empty value leaves the header out. */
    Call with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Call yaml(String manifest) {
        return body("application/yaml", manifest.getBytes(StandardCharsets.UTF_8));
    }

    Call body(String type, byte[] bytes) {
        body = bytes;
        headers.put("Content-Length", String.valueOf(bytes.length));
        return with("Content-Type", type);
    }

    record Answer(int status, Map<String, String> headers, String body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }

        /** Status, code and message of an error in one line; for anything else its status. */
        String told() {
            return status
                    + (body.contains("\"code\"") ? " " + json().get("code").asText() : "")
                    + (body.contains("\"message\"") && body.contains("\"code\"")
                            ? " " + json().get("message").asText()
                            : "");
        }
    }

    Answer answer() {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        headers.forEach((name, value) -> head.append(value.isEmpty() ? "" : name + ": " + value + "\r\n"));
        head.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket(to.host(), to.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            return parsed(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer parsed(String text) {
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }
}
