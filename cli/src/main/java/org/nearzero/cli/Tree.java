package org.nearzero.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a JSON document. What is not there reads as nothing: the platform may be older than this command, or newer.
 *
 * @param value a {@link Map}, a {@link List}, or a scalar's text; an empty text for what is not there
 */
record Tree(Object value) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Tree NOTHING = new Tree("");

    /** A scalar that is written without quotes. */
    private record Bare(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Reads a document. @throws IOException if it is not one in JSON */
    static Tree read(String json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new IOException("empty");
            }
            return new Tree(value(parser));
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, value(parser));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            default -> new Bare(parser.getText());
        };
    }

    /** One document with a list in it. */
    static Tree of(String name, List<Tree> items) {
        return new Tree(Map.of(name, items.stream().map(Tree::value).toList()));
    }

    /** What a path of names leads to. */
    Tree at(String... path) {
        Object here = value;
        for (String name : path) {
            here = here instanceof Map<?, ?> fields && fields.containsKey(name) ? fields.get(name) : "";
        }
        return new Tree(here);
    }

    /** A scalar's text; empty for anything else. */
    String text(String... path) {
        Object here = at(path).value;
        return here instanceof Map || here instanceof List ? "" : here.toString();
    }

    /** A scalar's whole number; 0 for anything else. */
    long number(String... path) {
        try {
            return Long.parseLong(text(path));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A list's items; none for anything else. */
    List<Tree> items(String... path) {
        return at(path).value instanceof List<?> items
                ? items.stream().<Tree>map(Tree::new).toList()
                : List.of();
    }

    /** An object's names; none for anything else. */
    List<String> names() {
        return value instanceof Map<?, ?> fields
                ? fields.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The first item of a list. */
    Tree first() {
        return items().stream().findFirst().orElse(NOTHING);
    }

    /** The document as text, on several lines. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            generator.useDefaultPrettyPrinter();
            write(value, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter has none to throw
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator generator) throws IOException {
        if (value instanceof Map<?, ?> fields) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                generator.writeFieldName(String.valueOf(field.getKey()));
                write(field.getValue(), generator);
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> items) {
            generator.writeStartArray();
            for (Object item : items) {
                write(item, generator);
            }
            generator.writeEndArray();
        } else if (value instanceof Bare bare) {
            generator.writeRawValue(bare.text());
        } else {
            generator.writeString(value.toString());
        }
    }
}
