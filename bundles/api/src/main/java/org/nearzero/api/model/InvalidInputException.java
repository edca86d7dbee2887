package org.nearzero.api.model;

import java.util.List;
import java.util.stream.Collectors;

/** An input was refused; it carries every {@link Problem} found, not only the first. Nothing was changed. */
public final class InvalidInputException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one */
    public InvalidInputException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems: empty (expected: at least one)");
        }
        this.problems = List.copyOf(problems);
    }

    /** Every problem found, in the order of the input. Never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
