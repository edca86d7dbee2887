package org.nearzero.management.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;

/** Every problem of one manifest, each with its place. Not thread-safe; lives for one reading. */
final class Findings {
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> paths = new HashSet<>();

    /** A field of a section, whether or not it is there. */
    record At(Section section, String name) {}

    void add(String path, int line, String value, String expected) {
        paths.add(path);
        found.add(new Problem(new Place(path, line, 0).toString(), value, expected));
    }

    /**
     * Makes a value from what was read. Problems that the value itself reports are told in the author's terms: his path, line,
     * spelling and units. One with a field that could not be read in the first place is a consequence, and is left out.
     *
     * @param where the author's field for a field of the value's
     */
    <T> T make(T instead, Supplier<T> maker, Function<String, At> where) {
        try {
            return maker.get();
        } catch (InvalidInputException e) {
            for (Problem problem : e.problems()) {
                At at = where.apply(problem.field());
                String path = at.section().path(at.name());
                if (!paths.contains(path)) {
                    int line = at.section().line(at.name(), problem.value());
                    found.add(new Problem(
                            new Place(path, line, 0).toString(),
                            at.section().written(at.name(), problem.value()),
                            at.section().inWords(at.name(), problem.expected())));
                }
            }
            return instead;
        }
    }

    /** @throws InvalidInputException with everything found, in the order of the file */
    void throwIfAny() {
        if (!found.isEmpty()) {
            List<Problem> inOrder = new ArrayList<>(found);
            inOrder.sort(Comparator.comparingInt(problem -> Place.of(problem).line()));
            throw new InvalidInputException(inOrder);
        }
    }
}
