package org.nearzero.drivers.docker.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

/**
 * The files of an image's parts in a directory, each named by what is in it. Reads and writes in small pieces, however large a part is.
 *
 * @param what for messages: what is done, and to which image
 */
record ImageFiles(String what, Path directory) {
    private static final int PIECE = 64 * 1024;
    /** What a part is called while nobody knows what is in it. */
    private static final String NAMELESS = "incomplete";

    /**
     * Takes a part in.
     *
     * @throws IOException if it cannot be read; where it cannot be written, a {@link DriverException} says so
     */
    Part add(InputStream content) throws IOException {
        MessageDigest digest = sha256();
        Path incomplete = directory.resolve(NAMELESS);
        long bytes = 0;
        byte[] piece = new byte[PIECE];
        try (OutputStream file = created(incomplete)) {
            for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
                digest.update(piece, 0, read);
                write(file, piece, read);
                bytes += read;
            }
        }
        Part part = new Part(named(digest), bytes);
        try {
            Files.move(incomplete, directory.resolve(part.fileName()), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(e);
        }
        return part;
    }

    private OutputStream created(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void write(OutputStream file, byte[] piece, int length) {
        try {
            file.write(piece, 0, length);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private DriverException unwritable(IOException cause) {
        boolean full = String.valueOf(cause.getMessage()).contains("No space left on device");
        return new DriverException(
                full ? Code.NO_CAPACITY : Code.INTERNAL,
                what + ": cannot write to " + directory + ": " + cause
                        + " (make room there, or let this user write there)",
                cause);
    }

    /** Leaves nothing in the directory but the parts of this image. */
    void keepOnly(ImageManifest manifest) {
        Set<String> wanted = new HashSet<>();
        manifest.parts().forEach(part -> wanted.add(part.fileName()));
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!wanted.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    Path of(Part part) {
        return directory.resolve(part.fileName());
    }

    /**
     * Which parts are there.
     *
     * @return their digests; each is what its digest says, or a {@link DriverException} says which is not
     */
    Set<String> checked(ImageManifest manifest) {
        Set<String> there = new HashSet<>();
        for (Part part : manifest.parts()) {
            if (!there.contains(part.digest()) && Files.exists(of(part), LinkOption.NOFOLLOW_LINKS)) {
                check(part);
                there.add(part.digest());
            }
        }
        return there;
    }

    private void check(Part part) {
        try {
            if (!Files.isRegularFile(of(part), LinkOption.NOFOLLOW_LINKS)) {
                throw invalid(part, "is not a regular file");
            }
            if (Files.size(of(part)) != part.bytes()) {
                throw invalid(part, "has " + Files.size(of(part)) + " bytes, expected: " + part.bytes());
            }
            String found = digestOf(part);
            if (!found.equals(part.digest())) {
                throw invalid(part, "has the digest " + found);
            }
        } catch (IOException e) {
            throw unreadable(part, e);
        }
    }

    private String digestOf(Part part) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        try (InputStream content = Files.newInputStream(of(part))) {
            for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return named(digest);
    }

    DriverException invalid(Part part, String why) {
        return new DriverException(
                Code.IMAGE_INVALID,
                what + ": part " + part.digest() + " " + why + " (in " + directory + "; fetch it again)");
    }

    DriverException unreadable(Part part, IOException cause) {
        return new DriverException(
                Code.INTERNAL, what + ": part " + part.digest() + " cannot be read: " + cause, cause);
    }

    private static String named(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
