package org.nearzero.drivers.docker.core;

import java.util.List;

/**
 * How much of an image is on an engine with other images. An engine keeps a layer together with all below it, so that only
 * what two images have in common from the lowest layer up is the same to it.
 */
public final class Chain {
    private Chain() {}

    /** How many layers, from the lowest up, two images share. */
    public static int shared(List<String> one, List<String> other) {
        int most = Math.min(one.size(), other.size());
        int same = 0;
        while (same < most && one.get(same).equals(other.get(same))) {
            same++;
        }
        return same;
    }
}
