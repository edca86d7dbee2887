package org.nearzero.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Talks to the REST API. On {@link HttpURLConnection} and not on the newer client, which takes longer to come up than a whole
 * command does.
 */
final class Client {
    private static final String BASE = "/serverless-edge/v0.1";
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 60_000;
    private static final int PER_PAGE = 100;

    private final URI endpoint;
    private final Optional<String> token;

    /** @param endpoint with scheme, host and port only */
    Client(URI endpoint, Optional<String> token) {
        this.endpoint = endpoint;
        this.token = token;
        // Otherwise a POST whose connection breaks is silently sent again.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    /**
     * An answer of the platform's.
     *
     * @param status HTTP's
     * @param location the header; empty if there is none
     * @param body empty if there is none
     */
    record Answer(int status, String location, Tree body) {
        boolean isGood() {
            return status / 100 == 2;
        }

        String code() {
            return body.text("code");
        }

        /** This answer, which must be a good one. @throws CommandFailure with the platform's own words otherwise */
        Answer good() {
            if (!isGood()) {
                String hint = status == 401 ? " (--token-file, or NEARZERO_TOKEN_FILE, names the file)" : "";
                throw new CommandFailure(CommandFailure.REFUSED, body.text("message") + hint);
            }
            return this;
        }
    }

    /** @param path behind the base, from {@code /} on */
    Answer get(String path) {
        return send("GET", BASE + path, new byte[0]);
    }

    Answer delete(String path) {
        return send("DELETE", BASE + path, new byte[0]);
    }

    Answer post(String path, byte[] manifest) {
        return send("POST", BASE + path, manifest);
    }

    /** @param location as another answer told it: the whole path */
    Answer put(String location, byte[] manifest) {
        return send("PUT", location, manifest);
    }

    /** On the newer client, since the other one knows no PATCH; this is no command that anybody waits for. */
    Answer patch(String path, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(BASE + path))
                .timeout(Duration.ofMillis(READ_MILLIS))
                .header("Accept", "application/json")
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofMillis(CONNECT_MILLIS))
                .build();
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer(response.statusCode(), "", response.body());
        } catch (HttpTimeoutException e) {
            throw unreachable("no answer in time");
        } catch (IOException e) {
            throw unreachable(e.getMessage() == null ? "Connection refused" : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
    }

    /** All entries of a list, page by page. */
    List<Tree> list(String path, String name) {
        List<Tree> all = new ArrayList<>();
        long pages = 1;
        for (int page = 1; page <= pages; page++) {
            Tree body = get(path + (path.contains("?") ? "&" : "?") + "page=" + page + "&perPage=" + PER_PAGE)
                    .good()
                    .body();
            all.addAll(body.items(name));
            pages = body.number("pagination", "totalPages");
        }
        return all;
    }

    private Answer send(String method, String path, byte[] body) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setRequestMethod(method);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Accept", "application/json");
            token.ifPresent(secret -> connection.setRequestProperty("Authorization", "Bearer " + secret));
            if (method.startsWith("P")) {
                connection.setRequestProperty("Content-Type", "application/yaml");
                connection.setDoOutput(true);
                connection.getOutputStream().write(body);
            }
            return answer(connection);
        } catch (SocketTimeoutException e) {
            throw unreachable("no answer in time");
        } catch (IOException e) {
            throw unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Answer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        String location = connection.getHeaderField("Location");
        String text = text(status / 100 == 2 ? connection.getInputStream() : connection.getErrorStream());
        return answer(status, location == null ? "" : location, text);
    }

    private Answer answer(int status, String location, String text) {
        Tree body = new Tree("");
        if (!text.isEmpty() || status != 204) {
            try {
                body = Tree.read(text);
            } catch (IOException e) {
                throw noNearzero();
            }
        }
        if (status / 100 != 2 && body.text("message").isEmpty()) {
            throw noNearzero();
        }
        return new Answer(status, location, body);
    }

    private static String text(InputStream stream) throws IOException {
        if (stream == null) {
            return "";
        }
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private CommandFailure noNearzero() {
        return new CommandFailure(
                CommandFailure.UNREACHABLE,
                endpoint + ": something answers there, but it is no Nearzero (--endpoint or NEARZERO_ENDPOINT names"
                        + " another address)");
    }

    private CommandFailure unreachable(String why) {
        return new CommandFailure(
                CommandFailure.UNREACHABLE,
                endpoint + ": not reachable: " + why + "\n  Is the platform running? \"bin/nearzero start\" starts it;"
                        + " --endpoint or NEARZERO_ENDPOINT names another address.");
    }
}
