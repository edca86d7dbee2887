package org.nearzero.api.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a mistyped one was meant to be. */
public final class Similar {
    private static final int LONGEST = 64;

    private Similar() {}

    /** The known name that takes the fewest edits, at most a third of its length; upper and lower case count as the same. */
    public static Optional<String> to(String mistyped, Collection<String> known) {
        return mistyped.length() > LONGEST
                ? Optional.empty()
                : known.stream()
                        .filter(name -> edits(mistyped, name) <= Math.max(1, name.length() / 3))
                        .min(Comparator.<String>comparingInt(name -> edits(mistyped, name))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance, by rows. */
    private static int edits(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
