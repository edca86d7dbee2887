package org.nearzero.management.core;

/** Makes a value from outside fit to be shown in one line of a message. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    /** The text itself, at most {@value #LONGEST} characters of it, with control characters made visible. */
    static String text(String value) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(value.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            boolean bad =
                    Character.isISOControl(c) || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT;
            shown.append(bad ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return value.length() > LONGEST ? shown.append("...").toString() : shown.toString();
    }

    /** As {@link #text}, in quotes where it would otherwise read as nothing or as part of the sentence. */
    static String value(String value) {
        String shown = text(value);
        return shown.isBlank() || shown.contains(" ") ? '"' + shown + '"' : shown;
    }

    /** A node in a few words: a scalar's text, or what kind of structure it is. */
    static String node(Node node) {
        if (node instanceof Node.Text text) {
            return text.isNull() ? "nothing" : text.quoted() ? '"' + text(text.value()) + '"' : value(text.value());
        }
        return node instanceof Node.Items ? "a list" : "a group of fields";
    }
}
