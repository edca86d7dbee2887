package org.nearzero.management.core;

import static org.nearzero.management.core.Json.object;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problems;

/**
 * Which part of a list is asked for, as CAMARA has it.
 *
 * @param number from 1
 * @param perPage entries of one page, 1 to 100
 */
public record Page(int number, int perPage) {
    /** The first page of twenty. */
    public static final Page FIRST = new Page(1, 20);

    /** @throws InvalidInputException with every problem found */
    public Page {
        Problems.check()
                .range("page", number, 1, Integer.MAX_VALUE)
                .range("perPage", perPage, 1, 100)
                .throwIfAny();
    }

    /** The entries of this page under {@code name}, and {@code pagination} beside them. Past the end there are none. */
    public <T> Map<String, Object> of(String name, List<T> all, Function<? super T, ?> view) {
        int from = (int) Math.min(all.size(), (number - 1L) * perPage);
        int to = (int) Math.min(all.size(), (long) from + perPage);
        return object(
                name,
                all.subList(from, to).stream().map(view).toList(),
                "pagination",
                object(
                        "page",
                        number,
                        "perPage",
                        perPage,
                        "totalCount",
                        all.size(),
                        "totalPages",
                        (all.size() + perPage - 1) / perPage));
    }
}
