package org.nearzero.examples.sites;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, case by case; a table of it goes to the output and to a file below {@code target}. */
final class Findings {
    private record Finding(long right, long settled, boolean caught, int running, int adopted, long failed) {}

    private final String name;
    private final Map<String, List<Finding>> cases = new LinkedHashMap<>();

    Findings(String name) {
        this.name = name;
    }

    /**
     * One more.
     *
     * @param right ms until everything was right
     * @param settled ms until the migration was over as well
     * @param caught whether it was still in the state that was meant
     * @param running instances that were running then
     * @param adopted how many of those were running when all was right, the same processes
     * @param failed requests that failed
     */
    void add(String of, long right, long settled, boolean caught, int running, int adopted, long failed) {
        cases.computeIfAbsent(of, key -> new ArrayList<>())
                .add(new Finding(right, settled, caught, running, adopted, failed));
        System.out.println(of + ": " + cases.get(of).get(cases.get(of).size() - 1));
    }

    void print() throws IOException {
        StringBuilder table = new StringBuilder(
                "case | times | caught | right ms median | max | settled ms median | max | running | kept | failed requests\n");
        cases.forEach((of, all) -> table.append(String.format(
                "%s | %d | %d | %d | %d | %d | %d | %d | %d | %d%n",
                of,
                all.size(),
                all.stream().filter(Finding::caught).count(),
                at(all.stream().mapToLong(Finding::right).sorted().toArray(), 2),
                at(all.stream().mapToLong(Finding::right).sorted().toArray(), 1),
                at(all.stream().mapToLong(Finding::settled).sorted().toArray(), 2),
                at(all.stream().mapToLong(Finding::settled).sorted().toArray(), 1),
                all.stream().mapToInt(Finding::running).sum(),
                all.stream().mapToInt(Finding::adopted).sum(),
                all.stream().mapToLong(Finding::failed).sum())));
        System.out.print(table);
        Files.writeString(Path.of("target", name + ".txt"), table);
    }

    /** @param part 2: in the middle; 1: the last */
    private static long at(long[] ascending, int part) {
        return ascending[part == 1 ? ascending.length - 1 : ascending.length / 2];
    }
}
