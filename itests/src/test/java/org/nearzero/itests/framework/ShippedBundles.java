package org.nearzero.itests.framework;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The options of a framework that has exactly the bundles of the distribution, each at its start level. */
final class ShippedBundles {
    private ShippedBundles() {}

    /** The unpacked distribution: the build puts it there. */
    static Path distribution() {
        Path place = Path.of("target", "distribution").toAbsolutePath();
        try (Stream<Path> found = Files.list(place)) {
            return found.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(place + " is empty: run the build of this module"));
        } catch (IOException e) {
            throw new UncheckedIOException(place + ": run the build of this module", e);
        }
    }

    /** @param base directory for this framework's own files, made if need be */
    static Option[] in(Path base) throws IOException {
        return options(
                composite(jars().map(ShippedBundles::option).toArray(Option[]::new)),
                junitBundles(),
                frameworkProperty("nearzero.base").value(base.toString()),
                frameworkProperty("configurator.initial")
                        .value(configuration(base).toUri().toString()),
                frameworkProperty("felix.fileinstall.dir")
                        .value(base.resolve("deploy").toString()),
                frameworkProperty("felix.fileinstall.tmpdir")
                        .value(base.resolve("tmp").toString()),
                frameworkProperty("gosh.args").value("--nointeractive"),
                frameworkProperty("org.ops4j.pax.logging.DefaultServiceLog.level")
                        .value("WARN"),
                frameworkProperty("org.osgi.framework.bootdelegation").value("sun.misc"),
                frameworkStartLevel(50),
                systemTimeout(120_000));
    }

    /** The shipped configuration on free ports, with all files below the base. */
    private static Path configuration(Path base) throws IOException {
        String shipped = Files.readString(distribution().resolve("conf/nearzero.json"));
        return Files.writeString(
                base.resolve("nearzero.json"),
                shipped.replaceAll("\"port\": \\d+", "\"port\": 0")
                        .replace("\"data/processes\"", "\"" + base.resolve("processes") + "\"")
                        .replace("\"data/store/nearzero.mv\"", "\"" + base.resolve("nearzero.mv") + "\""));
    }

    /** The jars below {@code bundles/}, by start level. */
    static Stream<Path> jars() {
        try (Stream<Path> files = Files.walk(distribution().resolve("bundles"))) {
            return List.copyOf(
                    files.filter(f -> f.toString().endsWith(".jar")).sorted().toList())
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Option option(Path jar) {
        String level = jar.getParent().getFileName().toString().split("-")[0];
        return bundle(jar.toUri().toString()).startLevel(Integer.parseInt(level));
    }
}
