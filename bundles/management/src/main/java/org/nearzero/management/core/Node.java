package org.nearzero.management.core;

import java.util.List;
import java.util.Map;

/** A part of a YAML or JSON document, with the line that it begins on. Scalars keep their author's text: what it means is for the reader of a field to say. */
sealed interface Node {
    /** The line on which it begins, from 1. */
    int line();

    /**
     * A scalar.
     *
     * @param value its text, unescaped
     * @param quoted whether it stood in quotes (or in a block), so that it can only be meant as text
     */
    record Text(String value, boolean quoted, int line) implements Node {
        /** YAML's several ways to write nothing. */
        boolean isNull() {
            return !quoted && (value.isEmpty() || value.equals("~") || value.equalsIgnoreCase("null"));
        }
    }

    /** A sequence. */
    record Items(List<Node> items, int line) implements Node {}

    /**
     * A mapping.
     *
     * @param fields by name, in the order of the document; of a name given twice, the first
     * @param repeated the names given again, with the lines of the repetitions
     */
    record Fields(Map<String, Field> fields, List<Repetition> repeated, int line) implements Node {}

    /** One entry of a mapping; the line is its name's. */
    record Field(Node value, int line) {}

    /** A name that the mapping has already. */
    record Repetition(String name, int line) {}
}
