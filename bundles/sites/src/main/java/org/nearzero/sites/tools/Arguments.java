package org.nearzero.sites.tools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.sites.internal.Doors;

/**
 * A command line, taken apart.
 *
 * @param command its first word
 * @param words what follows, without options
 * @param options what was given as {@code --name value}, in order
 */
record Arguments(String command, List<String> words, Map<String, List<String>> options) {
    /** A command line that was not understood. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    private static final Set<String> COMMANDS = Set.of("authority", "site", "token", "join", "revoke", "help");

    static Arguments parse(List<String> line) {
        String command = line.isEmpty() || line.get(0).matches("-h|--help") ? "help" : line.get(0);
        if (!COMMANDS.contains(command)) {
            throw new UsageException("unknown command '" + command + "'");
        }
        List<String> words = new ArrayList<>();
        Map<String, List<String>> options = new LinkedHashMap<>();
        for (int i = 1; i < line.size(); i++) {
            String word = line.get(i);
            if (!word.startsWith("--")) {
                words.add(word);
            } else if (++i < line.size()) {
                options.computeIfAbsent(word.substring(2), name -> new ArrayList<>())
                        .add(line.get(i));
            } else {
                throw new UsageException(command + ": " + word + " without a value");
            }
        }
        return new Arguments(command, List.copyOf(words), options);
    }

    void expect(int count, String form, String... known) {
        if (words.size() != count) {
            throw new UsageException(command + ": " + words.size() + " arguments (expected: " + form + ")");
        }
        for (String option : options.keySet()) {
            if (!List.of(known).contains(option)) {
                throw new UsageException(command + ": unknown option --" + option);
            }
        }
    }

    Path directory() {
        return Path.of(words.get(0));
    }

    PopId popId() {
        return new PopId(words.get(1));
    }

    String token() {
        return words.get(2);
    }

    List<Endpoint> doors() {
        return options.getOrDefault("door", List.of()).stream()
                .map(door -> Doors.parse("--door", door))
                .toList();
    }

    int number(String option, long instead, int min, int max) {
        List<String> given = options.getOrDefault(option, List.of("" + instead));
        String text = given.get(given.size() - 1);
        boolean number = text.matches("\\d{1,6}") && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max;
        Problems.check().expect(number, "--" + option, text, min + " to " + max).throwIfAny();
        return Integer.parseInt(text);
    }
}
