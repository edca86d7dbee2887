package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.model.AppInstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the instances, a small file each: what labels are to a container. Written before the process starts and again
 * once its number is known, atomically, so that whoever comes after a crash finds every process.
 *
 * <p>Nothing is forced to the disk: what was written outlives this JVM however that ends, and should the machine go down, the
 * processes go with it and their records mean nothing ({@link Entry#boot()} tells). A sync would more than double the time of a
 * start. All that a power failure can leave is a record without content; {@link #read(AppInstanceId)} passes over it.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final String RECORD = ".properties";
    private static final String OUTPUT = ".log";
    private static final int LAST_WORDS = 2_000;

    private final Path directory;

    Ledger(Path directory) {
        this.directory = directory;
    }

    void write(Entry entry) {
        Path file = directory.resolve(entry.id() + RECORD);
        Path next = directory.resolve(entry.id() + ".tmp");
        try {
            makeDirectory();
            StringWriter text = new StringWriter();
            entry.properties().store(text, null);
            Files.writeString(next, text.toString());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    Optional<Entry> read(AppInstanceId id) {
        Path file = directory.resolve(id + RECORD);
        try {
            return parse(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new DriverException(DriverException.Code.ENGINE_UNAVAILABLE, file + ": " + advice(e), e);
        }
    }

    /** All that can be read; what is damaged is logged and hides no other. A directory that cannot be used is no empty list. */
    List<Entry> readAll() {
        try {
            makeDirectory();
            List<Entry> entries = new ArrayList<>();
            try (DirectoryStream<Path> records = Files.newDirectoryStream(directory, "*" + RECORD)) {
                for (Path file : records) {
                    try {
                        parse(file).ifPresent(entries::add);
                    } catch (CharacterCodingException | IllegalArgumentException e) {
                        LOG.warn("event=record-passed-over file={} {}", file, advice(e));
                    }
                }
            }
            return entries;
        } catch (DirectoryIteratorException e) {
            throw unusable(e.getCause());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    void remove(AppInstanceId id) {
        try {
            Files.deleteIfExists(log(id));
            Files.deleteIfExists(directory.resolve(id + RECORD));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    Path log(AppInstanceId id) {
        return directory.resolve(id + OUTPUT);
    }

    /** The end of what an instance wrote, in one line; empty if it wrote nothing. */
    String lastWords(AppInstanceId id) {
        try (FileChannel in = FileChannel.open(log(id), StandardOpenOption.READ)) {
            long size = in.size();
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size, LAST_WORDS));
            in.position(size - tail.capacity());
            while (tail.hasRemaining() && in.read(tail) >= 0) {
                // a short read is read on
            }
            return new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8)
                    .strip()
                    .replaceAll("\\s*\\R\\s*", " | ");
        } catch (IOException e) {
            return "";
        }
    }

    /** Cuts logs that have grown beyond {@code most}; their writers append, so that they go on at the new end. */
    void cutLogs(long most) {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "*" + OUTPUT)) {
            for (Path file : logs) {
                cut(file, most);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // no directory yet, or none any more: the calls that need it say so
        }
    }

    private static void cut(Path file, long most) {
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (log.size() > most) {
                log.truncate(0);
            }
        } catch (IOException e) {
            // gone with its instance, or cut the next time
        }
    }

    /** Whoever may write here has the driver signal any process it likes, and logs may hold secrets: the owner's alone. */
    private void makeDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory.getParent());
            try {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            }
        }
    }

    private static Optional<Entry> parse(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            if (text.chars().allMatch(c -> c == 0)) {
                Files.deleteIfExists(file); // a move is atomic: only a power failure, long survived, leaves this
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(new StringReader(text));
            return Optional.of(Entry.of(properties));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String advice(Exception e) {
        return "not a record of an instance (" + e.getMessage() + "): end its process by hand and remove the file";
    }

    private DriverException unusable(IOException e) {
        return new DriverException(
                DriverException.Code.ENGINE_UNAVAILABLE,
                "directory=" + directory + ": cannot be used (" + e
                        + "): make it a directory that this user may write to",
                e);
    }
}
