package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.nearzero.api.driver.ImageManifest;

/**
 * Brings one part of an image into a directory, going on where it was left. Some pieces are asked for ahead, since the other site may be
 * far; they are written in order, so that what is on the disk is the part's beginning. Blocks; one thread.
 */
final class PartFetch {
    private static final int AHEAD = 4;
    private static final int BUFFER = 1 << 16;

    private final ImageManifest.Part part;
    private final Source source;
    private final Path whole;
    private final Path begun;
    private final MessageDigest digest = sha256();

    /** Where pieces come from. */
    @FunctionalInterface
    interface Source {
        CompletableFuture<byte[]> piece(String digest, long offset, int bytes);
    }

    PartFetch(ImageManifest.Part part, Source source, Path directory) {
        this.part = part;
        this.source = source;
        this.whole = directory.resolve(part.fileName());
        this.begun = directory.resolve(part.fileName() + ".part");
    }

    /** How much of a part is in a directory already, whether or not it is what it should be. */
    static long present(ImageManifest.Part part, Path directory) throws IOException {
        Path whole = directory.resolve(part.fileName());
        Path begun = directory.resolve(part.fileName() + ".part");
        return Files.exists(whole) ? part.bytes() : Files.exists(begun) ? Files.size(begun) : 0;
    }

    /**
     * Brings what is missing of it. When this returns the whole of it is there, and is what its digest says.
     *
     * @return how many bytes came
     * @throws WrongPartException if what came is not what its digest says: nothing of it is kept
     * @throws ExecutionException if the source fails; what has come is kept
     */
    long fetch() throws IOException, ExecutionException, InterruptedException {
        if (Files.exists(whole)) {
            return 0; // checked before it was called so
        }
        long came;
        try (FileChannel file =
                FileChannel.open(begun, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long begin = resume(file);
            append(file, begin);
            file.force(true);
            came = part.bytes() - begin;
        }
        String found = "sha256:" + HexFormat.of().formatHex(digest.digest());
        if (!found.equals(part.digest())) {
            Files.delete(begun);
            throw new WrongPartException(part.digest(), found);
        }
        Files.move(begun, whole, StandardCopyOption.ATOMIC_MOVE);
        return came;
    }

    /** Reads what has come before, and stands at its end. */
    private long resume(FileChannel file) throws IOException {
        if (file.size() > part.bytes()) {
            file.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long at = 0;
        while (file.read(buffer, at) > 0) {
            at += buffer.position();
            digest.update(buffer.flip());
            buffer.clear();
        }
        file.position(at);
        return at;
    }

    private void append(FileChannel file, long begin) throws IOException, ExecutionException, InterruptedException {
        Deque<CompletableFuture<byte[]>> ahead = new ArrayDeque<>();
        long asked = begin;
        long at = begin;
        while (at < part.bytes()) {
            while (ahead.size() < AHEAD && asked < part.bytes()) {
                int bytes = bytesAt(asked);
                ahead.add(source.piece(part.digest(), asked, bytes));
                asked += bytes;
            }
            byte[] piece = ahead.remove().get();
            if (piece.length != bytesAt(at)) {
                throw new IOException("part " + part.digest() + ": " + piece.length + " bytes came at " + at
                        + " (expected: " + bytesAt(at) + ")");
            }
            ByteBuffer rest = ByteBuffer.wrap(piece);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            digest.update(piece);
            at += piece.length;
        }
    }

    private int bytesAt(long offset) {
        return (int) Math.min(Wire.ImagePiece.LARGEST_PIECE, part.bytes() - offset);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What came is not what was announced. */
    static final class WrongPartException extends IOException {
        private static final long serialVersionUID = 1L;

        WrongPartException(String expected, String found) {
            super("a part has the digest " + found + " (expected: " + expected + "; nothing of it was kept)");
        }
    }
}
