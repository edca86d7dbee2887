package org.nearzero.management.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Turns the parser's complaint into one that says what to do. */
final class SyntaxAdvice {
    /** What part of the parser's words tells, in plain words and with advice; the first that matches counts. */
    private static final List<Map.Entry<String, String[]>> ADVICE = List.of(
            advice("(TAB)", "a tab", "spaces: YAML is indented with spaces only"),
            advice(
                    "mapping values are not allowed here",
                    "a ':' that does not belong here",
                    "quotes around a value that contains ': ', or the same indentation as the fields above"),
            advice(
                    "expected <block end>",
                    "does not fit to the lines above",
                    "the same indentation as its neighbours, and a quote for each quote"),
            advice("unexpected end of stream", "the file ends too early", "a closing quote or bracket"),
            advice("expected ',' or ']'", "a list in brackets goes wrong", "a comma between the items and a closing ]"),
            advice("expected ',' or '}'", "fields in braces go wrong", "a comma between the fields and a closing }"),
            advice("could not find expected ':'", "a name without a value", "name: value"),
            advice("cannot start any token", "a character that cannot begin a value", "quotes around the value"),
            advice("unknown escape character", "an unknown escape", "\\\\ for a backslash, or single quotes"),
            advice(
                    "<document start>",
                    "something after the end of the document",
                    "one document, and nothing behind it"),
            advice("found '<stream end>'", "the file ends too early", "a value, and what closes each bracket"));

    private SyntaxAdvice() {}

    static InvalidInputException of(YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked) {
            Optional<Mark> mark = marked.getProblemMark().or(marked::getContextMark);
            String problem = marked.getProblem() == null ? "malformed" : marked.getProblem();
            int line = mark.map(Mark::getLine).orElse(0) + 1;
            int column = mark.map(Mark::getColumn).orElse(0) + 1;
            return of(new Place("", line, column).toString(), problem, opened(marked, line));
        }
        if (e instanceof ReaderException unreadable) {
            String character = String.format("the character U+%04X", unreadable.getCodePoint());
            return refused("manifest", character + " at offset " + unreadable.getPosition(), "printable text in UTF-8");
        }
        return of("manifest", String.valueOf(e.getMessage()), "");
    }

    /** Where the bracket or quote that went wrong was opened, if that is another line. */
    private static String opened(MarkedYamlEngineException e, int line) {
        return e.getContextMark()
                .map(mark -> mark.getLine() + 1)
                .filter(opened -> opened != line
                        && e.getContext() != null
                        && !e.getContext().contains("block"))
                .map(opened -> " (opened in line " + opened + ")")
                .orElse("");
    }

    private static InvalidInputException of(String place, String complaint, String opened) {
        return ADVICE.stream()
                .filter(entry -> complaint.contains(entry.getKey()))
                .findFirst()
                .map(entry -> refused(place, entry.getValue()[0], entry.getValue()[1] + opened))
                .orElseGet(() -> refused(place, Shown.text(complaint), "well-formed YAML or JSON" + opened));
    }

    private static InvalidInputException refused(String place, String what, String expected) {
        return new InvalidInputException(List.of(new Problem(place, what, expected)));
    }

    private static Map.Entry<String, String[]> advice(String complaint, String what, String expected) {
        return Map.entry(complaint, new String[] {what, expected});
    }
}
