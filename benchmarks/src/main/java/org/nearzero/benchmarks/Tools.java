package org.nearzero.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs and files that a benchmark works with. */
final class Tools {
    /** The Debian package of each program that goes by another name. */
    private static final Map<String, String> PACKAGES = Map.of("nginx", "nginx-light");

    private Tools() {}

    /** @throws MissingException with what is missing, and how to install it */
    static void require(String... names) throws MissingException {
        List<String> missing = Stream.of(names)
                .filter(name -> Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
                        .noneMatch(place -> Files.isExecutable(Path.of(place, name))))
                .toList();
        if (!missing.isEmpty()) {
            String packages = missing.stream()
                    .map(name -> PACKAGES.getOrDefault(name, name))
                    .collect(Collectors.joining(" "));
            throw new MissingException(
                    "missing: " + String.join(", ", missing) + " (Debian: apt-get install " + packages + ")");
        }
    }

    /** Removes a directory with all that is in it. */
    static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
