package org.nearzero.api.model;

import java.util.regex.Pattern;

/**
 * How an instance shows that it can serve.
 *
 * @param httpPath path of an HTTP GET that answers 200 to 399 when ready; empty: an accepted TCP connection is enough
 */
public record ReadinessPolicy(String httpPath) {
    private static final Pattern PATH = Pattern.compile("(/[\\x21-\\x7e]{0,1023})?");

    /** An accepted TCP connection. */
    public static final ReadinessPolicy TCP = new ReadinessPolicy("");

    /** @throws InvalidInputException if the path has not that form */
    public ReadinessPolicy {
        Problems.check()
                .matches("httpPath", httpPath, PATH, "a path that starts with /, at most 1024 characters, or nothing")
                .throwIfAny();
    }
}
