package org.nearzero.management.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document (and so JSON as well) into {@link Node}s. It is built from the parser's events rather than by the
 * parser's own constructors: every part keeps its line, no tag can name a class, depth and size are bounded before anything
 * is built, and aliases, by which a small file could stand for a huge one, are not taken at all.
 */
final class Document {
    /** Longest text that is read, in characters. */
    static final int MAX_CHARACTERS = 256 * 1024;

    /** Deepest nesting that is read; a manifest needs 6. */
    static final int MAX_DEPTH = 16;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setLabel("manifest")
            .setUseMarks(true)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();

    private final Iterator<Event> events;

    private Document(String text) {
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    /** @throws InvalidInputException if it is not one well-formed document within the bounds, with the place and what to do */
    static Node read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw refused("manifest", text.length() + " characters", "at most " + MAX_CHARACTERS);
        }
        try {
            return new Document(text).document();
        } catch (YamlEngineException e) {
            throw SyntaxAdvice.of(e);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // The parser does not see by itself where the text ends within an escape.
            throw refused(
                    "manifest",
                    "an escape that is broken off",
                    "two hexadecimal digits after \\x, four after \\u, eight after \\U");
        }
    }

    private Node document() {
        events.next(); // the stream's start
        Event first = events.next();
        if (first.getEventId() == Event.ID.StreamEnd) {
            throw refused("manifest", "empty", "one document, starting with a line such as name: shop");
        }
        Node root = node(events.next(), 1);
        events.next(); // the document's end
        Event after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            throw at(after, "a second document begins", "one application in a file: put each into a file of its own");
        }
        return root;
    }

    private Node node(Event event, int depth) {
        if (depth > MAX_DEPTH) {
            throw at(event, "nested deeper than " + MAX_DEPTH + " levels", "the structure that the manifest describes");
        }
        if (event instanceof AliasEvent alias) {
            throw at(event, "the alias *" + alias.getAlias(), "the value itself: aliases are not taken");
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(event, scalar.getTag());
            return new Node.Text(scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN, line(event));
        }
        refuseTag(event, ((CollectionStartEvent) event).getTag());
        return event.getEventId() == Event.ID.SequenceStart ? items(event, depth) : fields(event, depth);
    }

    private Node items(Event start, int depth) {
        List<Node> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, depth + 1));
        }
        return new Node.Items(items, line(start));
    }

    private Node fields(Event start, int depth) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        List<Node.Repetition> repeated = new ArrayList<>();
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            if (!(node(key, depth + 1) instanceof Node.Text name)) {
                throw at(key, "a structure in place of a field's name", "name: value");
            }
            Node value = node(events.next(), depth + 1);
            if (fields.putIfAbsent(name.value(), new Node.Field(value, name.line())) != null) {
                repeated.add(new Node.Repetition(name.value(), name.line()));
            }
        }
        return new Node.Fields(fields, repeated, line(start));
    }

    private static void refuseTag(Event event, Optional<String> tag) {
        if (tag.isPresent()) {
            throw at(event, "the tag " + tag.get(), "the plain value: tags are not taken");
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static InvalidInputException at(Event event, String what, String expected) {
        int column = event.getStartMark().map(Mark::getColumn).orElse(0) + 1;
        return refused(new Place("", line(event), column).toString(), Shown.text(what), expected);
    }

    private static InvalidInputException refused(String field, String value, String expected) {
        return new InvalidInputException(List.of(new Problem(field, value, expected)));
    }
}
