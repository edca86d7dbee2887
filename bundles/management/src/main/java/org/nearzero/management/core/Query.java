package org.nearzero.management.core;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Problems;

/** The parameters behind the {@code ?} of a request's address. One that is not known is refused: it may be a mistyped one. */
public final class Query {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Map<String, String> given;

    private Query(Map<String, String> given) {
        this.given = given;
    }

    /**
     * Reads a query.
     *
     * @param raw as it stands in the address, without {@code ?}; empty if there is none
     * @param known the parameters that there are
     * @throws InvalidInputException with every parameter that is unknown, given twice or not percent-encoded UTF-8
     */
    public static Query parse(String raw, String... known) {
        Problems problems = Problems.check();
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals), problems);
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), problems);
            if (!Arrays.asList(known).contains(name)) {
                problems.add(
                        Shown.value(name),
                        "unknown parameter",
                        known.length == 0 ? "none" : String.join(" or ", known));
            } else if (given.putIfAbsent(name, value) != null) {
                problems.add(name, "given twice", "once");
            }
        }
        problems.throwIfAny();
        return new Query(given);
    }

    private static String decoded(String encoded, Problems problems) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            problems.add("query", Shown.value(encoded), "percent-encoded UTF-8");
            return "";
        }
    }

    /** {@code page} and {@code perPage}. @throws InvalidInputException with every problem found */
    public Page page() {
        Problems problems = Problems.check();
        int number = count("page", Page.FIRST.number(), problems);
        int perPage = count("perPage", Page.FIRST.perPage(), problems);
        problems.throwIfAny();
        return new Page(number, perPage);
    }

    private int count(String name, int otherwise, Problems problems) {
        if (!given.containsKey(name)) {
            return otherwise;
        }
        long count = Quantity.COUNT.read(text(name)).orElse(Long.MIN_VALUE);
        if (count < Integer.MIN_VALUE || count > Integer.MAX_VALUE) {
            problems.add(name, Shown.value(given.get(name)), "a whole number");
            return otherwise;
        }
        return (int) count;
    }

    /** A duration, such as {@code 10s}, up to one hour. @throws InvalidInputException if it is none, or longer */
    public Duration duration(String name, Duration otherwise) {
        if (!given.containsKey(name)) {
            return otherwise;
        }
        long millis = Quantity.DURATION.read(text(name)).orElse(-1);
        if (millis < 0 || millis > LONGEST.toMillis()) {
            String expected = Quantity.DURATION.form() + "; 0s to " + Problems.text(LONGEST);
            throw new InvalidInputException(List.of(new Problem(name, Shown.value(given.get(name)), expected)));
        }
        return Duration.ofMillis(millis);
    }

    /** {@code appId}; empty if it is not given. @throws InvalidInputException if it cannot be one */
    public Optional<AppId> appId() {
        return Optional.ofNullable(given.get("appId")).map(AppId::new);
    }

    private Node.Text text(String name) {
        return new Node.Text(given.get(name), false, 0);
    }
}
