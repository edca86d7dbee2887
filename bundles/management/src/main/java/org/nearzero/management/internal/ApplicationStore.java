package org.nearzero.management.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.management.core.Manifest;

/**
 * The manifests that were taken, as their developers wrote them: {@code <appId>.yaml} in one directory, readable by its owner
 * alone since an environment may hold secrets. A file is there wholly or not at all, whatever happens in between. Calls for
 * one application are not made at the same time; those for several may be.
 */
final class ApplicationStore {
    private static final Pattern MANIFEST = Pattern.compile("(?<appId>[^.].*)\\.(yaml|yml|json)");
    private static final Pattern DRAFT = Pattern.compile("\\..*\\.draft");

    private final Optional<Path> directory;

    /** @param directory made if it does not exist; empty: nothing is kept */
    ApplicationStore(Optional<Path> directory) {
        this.directory = directory;
    }

    /** What the directory holds. @param broken the files that could not be read, each with the reason */
    record Kept(List<Application> applications, List<Broken> broken) {}

    /**
     * A file that could not be read, and why.
     *
     * @param applications whose manifest it may be: what its name says, and what it says itself
     */
    record Broken(Path file, String reason, Set<AppId> applications) {}

    /** A manifest that is safe on the disk but does not count yet. */
    interface Draft {
        /** Makes it count, in place of what was kept before. */
        void keep() throws IOException;

        /** Forgets it. */
        void discard();
    }

    /** Reads what is kept, and clears away what was not finished. @throws IOException if the directory cannot be read or made */
    Kept load() throws IOException {
        List<Application> applications = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
            try (Stream<Path> files = Files.list(directory.get())) {
                for (Path file : files.sorted().toList()) {
                    load(file, applications, broken);
                }
            }
        }
        return new Kept(applications, broken);
    }

    private static void load(Path file, List<Application> applications, List<Broken> broken) throws IOException {
        String name = file.getFileName().toString();
        if (DRAFT.matcher(name).matches()) {
            Files.delete(file);
        }
        var manifest = MANIFEST.matcher(name);
        if (!manifest.matches() || !Files.isRegularFile(file)) {
            return;
        }
        Set<AppId> names = new LinkedHashSet<>();
        try {
            names.add(new AppId(manifest.group("appId")));
        } catch (InvalidInputException e) {
            // Then it is nobody's by its name.
        }
        try {
            Application application = Manifest.parse(Files.readString(file));
            AppId appId = application.appId();
            if (names.add(appId)) {
                String reason = "is the manifest of " + appId + " (expected: the name " + appId + ".yaml)";
                broken.add(new Broken(file, reason, names));
            } else if (applications.stream().anyMatch(other -> other.appId().equals(appId))) {
                broken.add(new Broken(file, appId + " has another file (expected: one of them)", names));
            } else {
                applications.add(application);
            }
        } catch (InvalidInputException e) {
            broken.add(new Broken(file, e.getMessage(), names));
        } catch (IOException e) {
            broken.add(new Broken(file, "cannot be read as UTF-8: " + e, names));
        }
    }

    /** Writes a manifest so that what is left to do cannot fail for want of room. @throws IOException if it cannot be written */
    Draft draft(AppId appId, String text) throws IOException {
        if (directory.isEmpty()) {
            return new NoDraft();
        }
        Path draft = draftOf(appId);
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return new FileDraft(appId, draft);
    }

    /**
     * Has an application's manifest, if it is kept, count no more: not after a crash either. @return to make it count again, or
     * to forget it
     *
     * @throws IOException if it cannot be done; it then counts as before
     */
    Draft withdraw(AppId appId) throws IOException {
        Draft withdrawn = new NoDraft();
        if (directory.isEmpty()) {
            return withdrawn;
        }
        for (String extension : List.of(".yaml", ".yml", ".json")) {
            if (Files.exists(file(appId, extension))) {
                Files.move(file(appId, extension), draftOf(appId), StandardCopyOption.ATOMIC_MOVE);
                withdrawn = new FileDraft(appId, draftOf(appId));
            }
        }
        force();
        return withdrawn;
    }

    private Path draftOf(AppId appId) {
        return directory.orElseThrow().resolve("." + appId + ".draft");
    }

    /** The directory, for a message. */
    String where() {
        return directory.map(Path::toString).orElse("");
    }

    private Path file(AppId appId, String extension) {
        return directory.orElseThrow().resolve(appId + extension);
    }

    /** Files that the operator put there under the other extensions. */
    private void removeOthers(AppId appId) throws IOException {
        Files.deleteIfExists(file(appId, ".yml"));
        Files.deleteIfExists(file(appId, ".json"));
    }

    /** Makes what the directory lists safe, as {@link FileChannel#force} does for a file's content. */
    private void force() throws IOException {
        try (FileChannel channel = FileChannel.open(directory.orElseThrow(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static final class NoDraft implements Draft {
        @Override
        public void keep() {}

        @Override
        public void discard() {}
    }

    private final class FileDraft implements Draft {
        private final AppId appId;
        private final Path draft;

        FileDraft(AppId appId, Path draft) {
            this.appId = appId;
            this.draft = draft;
        }

        @Override
        public void keep() throws IOException {
            Files.move(
                    draft, file(appId, ".yaml"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            removeOthers(appId);
            force();
        }

        @Override
        public void discard() {
            try {
                Files.deleteIfExists(draft);
            } catch (IOException e) {
                // It counts for nothing, and is cleared away by the next draft or the next start.
            }
        }
    }
}
