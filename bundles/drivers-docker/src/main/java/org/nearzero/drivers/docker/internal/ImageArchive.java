package org.nearzero.drivers.docker.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

/**
 * The archive from which an engine loads an image, made while it is read: from the parts' files, of which one is open at a
 * time. For one reader; the image gets no name by it.
 */
final class ImageArchive extends InputStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RECORD = 512;

    /** Something that is opened when its turn has come. */
    @FunctionalInterface
    private interface Piece {
        InputStream open() throws IOException;
    }

    private final ImageFiles files;
    private final Queue<Piece> pieces = new ArrayDeque<>();
    private InputStream current = InputStream.nullInputStream();
    private volatile boolean stopped;
    private volatile DriverException failure;

    /**
     * @param there the digests of the parts that are in the archive; the engine is only told of the others
     */
    ImageArchive(ImageFiles files, ImageManifest manifest, Set<String> there) {
        this.files = files;
        byte[] index = index(manifest);
        file("manifest.json", index.length, () -> new ByteArrayInputStream(index));
        Set<String> written = new HashSet<>();
        for (Part part : manifest.parts()) {
            if (there.contains(part.digest()) && written.add(part.digest())) {
                file(part.fileName(), part.bytes(), () -> new Exactly(files, part));
            }
        }
        pieces.add(() -> new ByteArrayInputStream(new byte[2 * RECORD]));
    }

    private static byte[] index(ImageManifest manifest) {
        try {
            return JSON.writeValueAsBytes(List.of(Map.of(
                    "Config",
                    manifest.config().fileName(),
                    "Layers",
                    manifest.layers().stream().map(Part::fileName).toList())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("names are always JSON", e);
        }
    }

    private void file(String name, long bytes, Piece content) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes);
        pieces.add(() -> {
            byte[] head = new byte[RECORD];
            // Sizes beyond 8 GiB as GNU tar writes them, which every engine reads.
            entry.writeEntryHeader(head, ZipEncodingHelper.getZipEncoding(StandardCharsets.UTF_8.name()), true);
            return new ByteArrayInputStream(head);
        });
        pieces.add(content);
        int rest = (int) (bytes % RECORD);
        pieces.add(() -> new ByteArrayInputStream(new byte[rest == 0 ? 0 : RECORD - rest]));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!stopped) {
                int read = current.read(into, offset, length);
                if (read > 0) {
                    return read;
                }
                current.close();
                Piece next = pieces.poll();
                if (next == null) {
                    return -1;
                }
                current = next.open();
            }
        } catch (DriverException e) {
            failure = e;
            throw new IOException(e.getMessage(), e);
        }
        throw new IOException(files.what() + ": given up");
    }

    /** From now on it cannot be read, so that whoever is sending it ends. */
    void stop() {
        stopped = true;
    }

    /** What was wrong with a file, if that is why it could not be read to its end. */
    Optional<DriverException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() throws IOException {
        current.close();
    }

    /** A part's file, which must be as long as it was when its turn has come, or the archive would go astray. */
    private static final class Exactly extends InputStream {
        private final ImageFiles files;
        private final Part part;
        private final InputStream content;
        private long left;

        Exactly(ImageFiles files, Part part) {
            this.files = files;
            this.part = part;
            this.left = part.bytes();
            try {
                content = Files.newInputStream(files.of(part));
            } catch (IOException e) {
                throw files.unreadable(part, e);
            }
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read in pieces");
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            try {
                int read = content.read(into, offset, (int) Math.min(length, left));
                if (read < 0) {
                    throw files.invalid(part, "has become shorter while it was sent");
                }
                left -= read;
                return read;
            } catch (IOException e) {
                throw files.unreadable(part, e);
            }
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
