package org.nearzero.itests.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a bundle's manifest says of the packages that it shares.
 *
 * @param exports each exported package with its version, empty if it has none
 * @param imports each imported package with its version range, empty if it has none
 */
record BundleHeaders(String symbolicName, Map<String, String> exports, Map<String, String> imports) {
    private static final Pattern CLAUSE = Pattern.compile("([^;,\"]+)((?:;(?:[^,\"]|\"[^\"]*\")*)?)(?:,|$)");
    private static final Pattern VERSION = Pattern.compile(";version=\"?([^\";]+)\"?");

    static BundleHeaders of(Manifest manifest) {
        Attributes main = manifest.getMainAttributes();
        return new BundleHeaders(
                main.getValue("Bundle-SymbolicName"),
                clauses(main.getValue("Export-Package")),
                clauses(main.getValue("Import-Package")));
    }

    /** Reads the manifest of a jar, or of the directory that will become one. */
    static BundleHeaders of(Path place) {
        try {
            if (Files.isDirectory(place)) {
                try (InputStream in = Files.newInputStream(place.resolve("META-INF/MANIFEST.MF"))) {
                    return of(new Manifest(in));
                }
            }
            try (JarFile jar = new JarFile(place.toFile())) {
                return of(jar.getManifest());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(place + ": no manifest", e);
        }
    }

    /** What is wrong with the packages that the bundle shares: one line each, empty if nothing is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        exports.forEach((name, version) -> {
            if (name.contains(".internal") || name.contains(".core")) {
                problems.add(symbolicName + " exports " + name + " (expected: internal and core stay inside)");
            }
            if (version.isEmpty()) {
                problems.add(symbolicName + " exports " + name + " without a version");
            }
        });
        imports.forEach((name, range) -> {
            if (name.startsWith("org.nearzero.") && range.isEmpty()) {
                problems.add(symbolicName + " imports " + name + " without a version range");
            }
        });
        return problems;
    }

    private static Map<String, String> clauses(String header) {
        Map<String, String> clauses = new TreeMap<>();
        if (header != null) {
            Matcher clause = CLAUSE.matcher(header);
            while (clause.find()) {
                Matcher version = VERSION.matcher(clause.group(2));
                clauses.put(clause.group(1).trim(), version.find() ? version.group(1) : "");
            }
        }
        return clauses;
    }
}
