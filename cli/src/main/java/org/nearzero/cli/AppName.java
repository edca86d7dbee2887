package org.nearzero.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** An application's name as somebody has typed it. */
final class AppName {
    private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    private AppName() {}

    /** The path of its resource. @throws CommandFailure if it cannot be a name */
    static String path(String name) {
        return "/apps/" + checked(name);
    }

    /** Any other name as a path carries it; the platform says whether it can be one. */
    static String segment(String name) {
        if (name.isBlank()) {
            throw new CommandFailure(CommandFailure.USAGE, "name: empty (expected: one that \"nearzero get\" lists)");
        }
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String checked(String name) {
        if (!FORM.matcher(name).matches()) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    "application: " + name + " (expected: its name, 1 to 63 of a-z, 0-9 and inner -, a letter first)");
        }
        return name;
    }
}
