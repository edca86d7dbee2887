package org.nearzero.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values that were measured in turn, round after round. Two that are compared are compared within each round, which lay close together in
 * time: what disturbed the machine then disturbed both. Not thread-safe.
 */
final class Rounds {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    /** The value of the next round. */
    void add(String what, double value) {
        values.computeIfAbsent(what, name -> new ArrayList<>()).add(value);
    }

    /** Forgets what was measured so far. */
    void clear() {
        values.clear();
    }

    /** Whether each value was measured in so many rounds. */
    boolean complete(int rounds) {
        return values.values().stream().allMatch(each -> each.size() == rounds);
    }

    /** The median; NaN if it was not measured. */
    double median(String what) {
        return middle(of(what));
    }

    /** The median of what it is more than {@code base} in the same round. */
    double medianOver(String what, String base) {
        List<Double> differences = new ArrayList<>();
        for (int round = 0; round < Math.min(of(what).size(), of(base).size()); round++) {
            differences.add(of(what).get(round) - of(base).get(round));
        }
        return middle(differences);
    }

    private List<Double> of(String what) {
        return values.getOrDefault(what, List.of());
    }

    private static double middle(List<Double> all) {
        List<Double> sorted = all.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) / 2);
    }
}
