package org.nearzero.management.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.nearzero.api.model.Similar;

/**
 * A group of fields as it is being read. Each reading method takes the field's name, notes that it is known here, and gives its
 * value, or the default if the field is missing or wrong; what is wrong goes to the findings, and reading goes on.
 */
final class Section {
    private static final Node.Text NOTHING = new Node.Text("", false, 0);

    private final String path;
    private final Node.Fields node;
    private final int line;
    private final Findings findings;
    private final Map<String, Optional<Quantity>> known = new LinkedHashMap<>();
    private final Map<String, Node> items = new LinkedHashMap<>();

    /**
     * @param node the fields; YAML's nothing for a group without any. Anything else is a problem, and what misses because of it
     *     is not told
     * @param line where the group is named; 0 to tell no line for what misses in it
     */
    Section(String path, Node node, int line, Findings findings) {
        this.path = path;
        this.line = line;
        boolean missing = node instanceof Node.Text text && text.isNull();
        if (node instanceof Node.Fields fields) {
            this.node = fields;
            this.findings = findings;
        } else {
            this.node = new Node.Fields(Map.of(), List.of(), line);
            this.findings = missing ? findings : new Findings();
        }
        if (!(node instanceof Node.Fields) && !missing) {
            findings.add(path.isEmpty() ? "manifest" : path, node.line(), Shown.node(node), "fields, as name: value");
        }
    }

    /** Reports a problem with a field of this group. */
    void problem(String name, String value, String expected) {
        findings.add(path(name), line(name, ""), value, expected);
    }

    /** A field's path from the top of the file. */
    String path(String name) {
        return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
    }

    boolean has(String name) {
        return !(node(name) instanceof Node.Text text && text.isNull());
    }

    /** Whether the author wrote a field's name, if only that. */
    boolean names(String name) {
        return node.fields().containsKey(name);
    }

    /** Whether a field is text, and no list or group. */
    boolean isText(String name) {
        return node(name) instanceof Node.Text;
    }

    String text(String name, String otherwise) {
        return scalar(name, "text").map(text -> checked(name, text)).orElse(otherwise);
    }

    /** Reports a field that is missing or left empty. */
    void require(String name, String expected) {
        known.putIfAbsent(name, Optional.empty());
        if (!has(name)) {
            problem(name, node.fields().containsKey(name) ? "nothing" : "", expected);
        }
    }

    /** As {@link #text}; a missing one is a problem, {@code otherwise} then a placeholder. */
    String required(String name, String otherwise, String expected) {
        require(name, expected);
        return text(name, otherwise);
    }

    /** One of several words; the first of them if the field is missing. */
    String oneOf(String name, List<String> words, String expected) {
        String word = text(name, words.get(0));
        if (!words.contains(word)) {
            problem(name, Shown.value(word), expected);
        }
        return word;
    }

    long amount(String name, Quantity quantity, long otherwise) {
        known.put(name, Optional.of(quantity));
        Optional<Node.Text> text = scalar(name, quantity.form());
        if (text.isEmpty()) {
            return otherwise;
        }
        OptionalLong amount = quantity.read(text.get());
        if (amount.isEmpty()) {
            findings.add(path(name), text.get().line(), Shown.node(text.get()), quantity.form());
        }
        return amount.orElse(otherwise);
    }

    /** A count as an {@code int}; one beyond its range becomes the largest or smallest, which no range here admits. */
    int count(String name, int otherwise) {
        return clipped(amount(name, Quantity.COUNT, otherwise));
    }

    int cpuMillis(String name, int otherwise) {
        return clipped(amount(name, Quantity.CPU, otherwise));
    }

    Duration duration(String name, Duration otherwise) {
        return Duration.ofMillis(amount(name, Quantity.DURATION, otherwise.toMillis()));
    }

    /** A group of fields inside this one; an empty one if it is missing. */
    Section section(String name) {
        known.putIfAbsent(name, Optional.empty());
        return new Section(path(name), node(name), line(name, ""), findings);
    }

    /** A list of groups of fields; empty if it is missing. */
    List<Section> sections(String name) {
        List<Section> sections = new ArrayList<>();
        for (Node item : items(name)) {
            sections.add(new Section(path(name) + "[" + sections.size() + "]", item, item.line(), findings));
        }
        return sections;
    }

    /** A list of texts; empty if it is missing. From then on {@code name[i]} names each of them. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(name)) {
            String field = name + "[" + texts.size() + "]";
            items.put(field, item);
            if (item instanceof Node.Text text && !text.isNull()) {
                texts.add(checked(field, text));
            } else {
                findings.add(path(field), item.line(), Shown.node(item), "text, in quotes if it may be empty");
                texts.add("");
            }
        }
        return texts;
    }

    /** Names and texts that the author chooses; empty if it is missing. */
    Map<String, String> map(String name) {
        Section section = section(name);
        Map<String, String> map = new LinkedHashMap<>();
        section.node.fields().forEach((key, field) -> {
            section.known.put(key, Optional.empty());
            if (field.value() instanceof Node.Text text && !text.isNull()) {
                map.put(key, section.checked(key, text));
            } else {
                findings.add(
                        section.path(Shown.text(key)),
                        field.line(),
                        Shown.node(field.value()),
                        "text, \"\" for an empty one");
            }
        });
        section.end();
        return map;
    }

    /** Ends the reading of this group: names that were given but not asked for, or given twice, are problems. */
    void end() {
        String names = known.keySet().stream().sorted().collect(Collectors.joining(", "));
        node.fields().forEach((name, field) -> {
            if (!known.containsKey(name)) {
                String hint = Similar.to(name, known.keySet())
                        .map(similar -> ", did you mean " + similar + "?")
                        .orElse("");
                findings.add(path(Shown.text(name)), field.line(), "unknown field" + hint, "one of " + names);
            }
        });
        node.repeated()
                .forEach(again -> findings.add(
                        path(Shown.text(again.name())),
                        again.line(),
                        "given twice",
                        "once; it stands in line "
                                + node.fields().get(again.name()).line()));
    }

    /** The line of a field, or of the entry {@code key} in it; of this group if it is missing. */
    int line(String name, String key) {
        if (items.containsKey(name)) {
            return items.get(name).line();
        }
        Node.Field field = node.fields().get(name);
        if (field == null) {
            return line;
        }
        boolean keyed =
                field.value() instanceof Node.Fields inner && inner.fields().containsKey(key);
        return keyed ? ((Node.Fields) field.value()).fields().get(key).line() : field.line();
    }

    /** A field's value as its author wrote it, or {@code value} if he did not. */
    String written(String name, String value) {
        return has(name) && node(name) instanceof Node.Text text
                ? text.value().isBlank() ? "\"\"" : Shown.value(text.value())
                : Shown.text(value);
    }

    /** What was expected of a field, in its author's units. */
    String inWords(String name, String expected) {
        return known.getOrDefault(name, Optional.empty())
                .map(quantity -> quantity.inWords(expected))
                .orElse(expected);
    }

    private Node node(String name) {
        Node.Field field = node.fields().get(name);
        return field != null ? field.value() : items.getOrDefault(name, NOTHING);
    }

    private List<Node> items(String name) {
        known.putIfAbsent(name, Optional.empty());
        if (!has(name)) {
            return List.of();
        }
        if (node(name) instanceof Node.Items items) {
            return items.items();
        }
        problem(name, Shown.node(node(name)), "a list, each item behind a -");
        return List.of();
    }

    private Optional<Node.Text> scalar(String name, String expected) {
        known.putIfAbsent(name, Optional.empty());
        if (!has(name)) {
            return Optional.empty();
        }
        if (node(name) instanceof Node.Text text) {
            return Optional.of(text);
        }
        problem(name, Shown.node(node(name)), expected);
        return Optional.empty();
    }

    /** No process, file or protocol beyond this point can carry a NUL or half a character. */
    private String checked(String name, Node.Text text) {
        boolean whole = text.value().codePoints().noneMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
        if (!whole) {
            findings.add(path(name), text.line(), Shown.node(text), "text without NUL or unpaired surrogates");
        }
        return text.value();
    }

    private static int clipped(long amount) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, amount));
    }
}
