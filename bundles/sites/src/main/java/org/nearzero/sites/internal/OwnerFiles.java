package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files and directories that only their owner can read, written whole or not at all. */
final class OwnerFiles {
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OWNERS_DIRECTORY = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private OwnerFiles() {}

    /** Makes a directory, with those that it is in. One that exists stays as it is. */
    static void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNERS_DIRECTORY));
    }

    /** A new directory beside another, for work that is moved into place once it is whole. */
    static Path makeWorkDirectory(Path in) throws IOException {
        return Files.createTempDirectory(in, ".new-", PosixFilePermissions.asFileAttribute(OWNERS_DIRECTORY));
    }

    /** Replaces a file in one step, or makes it. When this returns it is on the disk. */
    static void write(Path file, byte[] content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path whole = Files.createTempFile(
                directory, "." + file.getFileName(), ".new", PosixFilePermissions.asFileAttribute(OWNERS));
        try {
            try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
        sync(directory);
    }

    /** Makes the names in a directory as durable as what they name. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Takes everybody else's rights to a file away. */
    static void ownersOnly(Path file) throws IOException {
        Files.setPosixFilePermissions(file, OWNERS);
    }

    /** @throws IOException if anybody but the owner of a secret can read or write it */
    static void expectOwnersOnly(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions)) {
            throw new IOException(file + ": permissions " + PosixFilePermissions.toString(permissions)
                    + " (expected: rw-------; chmod 600 it, and have a new certificate made: others may have read it)");
        }
    }
}
