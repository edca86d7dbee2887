package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where images lie as files while they go from one site to another, in a directory for this process alone. What goes out is laid out
 * anew after a restart; what came in so far is gone on with.
 */
final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final Duration FORGOTTEN = Duration.ofDays(7);

    private final Path out;
    private final Path in;

    /** Nothing is made before it is needed. */
    Spool(Path directory) {
        this.out = directory.resolve("out");
        this.in = directory.resolve("in");
    }

    /** Deletes what the process before laid out, and what came in and was not asked for again for a week. */
    void clean() {
        delete(out);
        Instant since = Instant.now().minus(FORGOTTEN);
        for (Path directory : list(in)) {
            try {
                if (Files.getLastModifiedTime(directory).toInstant().isBefore(since)) {
                    delete(directory);
                }
            } catch (IOException e) {
                LOG.warn("event=image-not-deleted directory={}", directory, e);
            }
        }
    }

    /** An empty directory for an image that goes out. @throws UncheckedIOException if it cannot be made */
    Path newExport() {
        try {
            OwnerFiles.makeDirectory(out);
            return OwnerFiles.makeWorkDirectory(out);
        } catch (IOException e) {
            throw unusable(out, e);
        }
    }

    /** Where what came of an image so far is, and the rest of it goes. @throws UncheckedIOException if it cannot be made */
    Path importOf(String name) {
        Path directory = in.resolve(name);
        try {
            OwnerFiles.makeDirectory(directory);
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
            return directory;
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static UncheckedIOException unusable(Path directory, IOException e) {
        return new UncheckedIOException("imageDirectory: " + directory + " cannot be used: " + Reasons.of(e), e);
    }

    /** Deletes a directory, as far as that goes. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("event=image-not-deleted directory={}", directory, e);
        }
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        } catch (IOException e) {
            LOG.warn("event=image-not-deleted directory={}", directory, e);
            return List.of();
        }
    }
}
