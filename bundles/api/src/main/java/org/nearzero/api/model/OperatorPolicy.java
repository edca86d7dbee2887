package org.nearzero.api.model;

import java.util.List;

/**
 * The operator's bounds at one point of presence. They are intersected with each developer's policy, and win.
 *
 * @param perApplication the most that one application may have
 * @param perProvider the most that all applications of one provider may have together
 * @param site the most that all applications may have together
 * @param imageAllowList patterns that an {@link Artefact#imagePath()} must match at least one of, {@code *} standing for any
 *     characters; empty: every image is allowed
 * @param maxServingPops at how many points of presence besides its homebase an application whose homebase is here may be served at
 *     once, at least 0; 0: at its homebase alone; {@link Integer#MAX_VALUE}: as its developer says
 */
public record OperatorPolicy(
        Cap perApplication, Cap perProvider, Cap site, List<String> imageAllowList, int maxServingPops) {
    /** No bounds at all: for development. */
    public static final OperatorPolicy UNLIMITED =
            new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, Cap.UNLIMITED, List.of());

    /** Bounds at this point of presence alone: where else applications are served is as their developers say. */
    public OperatorPolicy(Cap perApplication, Cap perProvider, Cap site, List<String> imageAllowList) {
        this(perApplication, perProvider, site, imageAllowList, Integer.MAX_VALUE);
    }

    /** @throws InvalidInputException with every problem found */
    public OperatorPolicy {
        Problems problems = Problems.check()
                .expect(perApplication != null, "perApplication", perApplication, "a cap")
                .expect(perProvider != null, "perProvider", perProvider, "a cap")
                .expect(site != null, "site", site, "a cap")
                .expect(imageAllowList != null, "imageAllowList", imageAllowList, "a list, may be empty")
                .range("maxServingPops", maxServingPops, 0, Integer.MAX_VALUE);
        if (imageAllowList != null) {
            imageAllowList.forEach(p -> problems.expect(
                    p != null && !p.isBlank(), "imageAllowList", "\"" + p + "\"", "patterns that are not blank"));
        }
        problems.throwIfAny();
        imageAllowList = List.copyOf(imageAllowList);
    }

    /** The same with another bound on where an application is served besides its homebase. */
    public OperatorPolicy withMaxServingPops(int pops) {
        return new OperatorPolicy(perApplication, perProvider, site, imageAllowList, pops);
    }
}
