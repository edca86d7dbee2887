package org.nearzero.startup.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads which bundles a distribution has, and at which level each one starts. */
final class BundleDirectory {
    private static final Pattern LEVEL = Pattern.compile("([0-9]{1,3})-.+");

    private BundleDirectory() {}

    /**
     * One bundle.
     *
     * @param jar where it lies
     * @param startLevel the level at which it starts, 1 to 999
     */
    record Entry(Path jar, int startLevel) {}

    /**
     * The jars of {@code <directory>/<start level>-<any name>/}, by level and name.
     *
     * @throws IllegalArgumentException if a directory's name has no level, or there is no bundle at all
     */
    static List<Entry> list(Path directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path level : children(directory)) {
            Matcher name = LEVEL.matcher(level.getFileName().toString());
            if (!name.matches() || Integer.parseInt(name.group(1)) == 0) {
                throw new IllegalArgumentException(
                        level + " (expected: a directory <start level>-<name>, the level 1 to 999)");
            }
            for (Path jar : children(level)) {
                if (jar.toString().endsWith(".jar")) {
                    entries.add(new Entry(jar, Integer.parseInt(name.group(1))));
                }
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(directory + ": no bundle (expected: <start level>-<name>/*.jar)");
        }
        return entries;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }
}
