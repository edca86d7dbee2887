package org.nearzero.management.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nearzero.api.model.Problem;

/**
 * Where in its file the field of a {@link Problem} stands. As text, which is how a problem carries it:
 * {@code serverlessPolicy.scaling.maxInstances (line 12)}, or for a syntax error {@code line 3, column 5}.
 *
 * @param field the path of the field; empty for a syntax error
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 */
public record Place(String field, int line, int column) {
    private static final Pattern FIELD = Pattern.compile("(?<field>.*) \\(line (?<line>\\d{1,9})\\)", Pattern.DOTALL);
    private static final Pattern SYNTAX = Pattern.compile("line (?<line>\\d{1,9}), column (?<column>\\d{1,9})");

    /** The place that a problem names. */
    public static Place of(Problem problem) {
        Matcher syntax = SYNTAX.matcher(problem.field());
        if (syntax.matches()) {
            return new Place("", Integer.parseInt(syntax.group("line")), Integer.parseInt(syntax.group("column")));
        }
        Matcher field = FIELD.matcher(problem.field());
        return field.matches()
                ? new Place(field.group("field"), Integer.parseInt(field.group("line")), 0)
                : new Place(problem.field(), 0, 0);
    }

    @Override
    public String toString() {
        if (column > 0) {
            return "line " + line + ", column " + column;
        }
        return line > 0 ? field + " (line " + line + ")" : field;
    }
}
