package org.nearzero.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the platform: by option, by environment, or at its default address. */
final class Connection {
    private static final String DEFAULT_ENDPOINT = "http://127.0.0.1:7080";
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private Connection() {}

    static Client client(String endpointOption, String tokenOption, Map<String, String> environment) {
        String endpoint = first(endpointOption, environment.getOrDefault("NEARZERO_ENDPOINT", ""), DEFAULT_ENDPOINT);
        String file = first(tokenOption, environment.getOrDefault("NEARZERO_TOKEN_FILE", ""), "");
        return new Client(uri(endpoint), file.isEmpty() ? Optional.empty() : Optional.of(token(Path.of(file))));
    }

    private static String first(String option, String variable, String otherwise) {
        return !option.isEmpty() ? option : !variable.isEmpty() ? variable : otherwise;
    }

    private static URI uri(String endpoint) {
        try {
            URI uri = new URI(endpoint.replaceFirst("/$", ""));
            boolean plain = uri.getRawPath() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawUserInfo() == null;
            if (plain && "http".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below like any other text that is no address.
        }
        throw new CommandFailure(
                CommandFailure.USAGE,
                "endpoint: " + endpoint + " (expected: http://HOST:PORT, such as " + DEFAULT_ENDPOINT + ")");
    }

    private static String token(Path file) {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.REFUSED, "token file " + file + ": cannot be read: " + ApplyCommand.reason(e));
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new CommandFailure(CommandFailure.REFUSED, "token file " + file + ": holds no token");
        }
        return token;
    }
}
