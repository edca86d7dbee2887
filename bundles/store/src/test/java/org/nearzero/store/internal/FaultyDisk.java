package org.nearzero.store.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * The disk, as a file system of H2's, with faults: it can be full, break for a while at a given moment, and lose its power, upon which
 * any of what was not synced is there and any is not. One for the process; {@link #repair} between tests.
 */
public final class FaultyDisk extends FilePathWrapper {
    /** What a path on it begins with. */
    static final String SCHEME = registered();

    static final int SECTOR = 512;

    /** What was written since the last sync. @param bytes none: the file was cut to {@code at} */
    private record Unsynced(long at, byte[] bytes) {}

    private static long room = Long.MAX_VALUE;
    private static long breaksAt = Long.MAX_VALUE;
    private static long repairedAt = Long.MAX_VALUE;
    private static long operations;
    private static byte[] durable = new byte[0];
    private static final List<Unsynced> UNSYNCED = new ArrayList<>();

    private static String registered() {
        FaultyDisk disk = new FaultyDisk();
        FilePath.register(disk);
        return disk.getScheme() + ":";
    }

    /** A disk that does what it is told. */
    static synchronized void repair() {
        room = Long.MAX_VALUE;
        breaksAt = Long.MAX_VALUE;
        repairedAt = Long.MAX_VALUE;
        operations = 0;
    }

    /** No file grows beyond so many bytes. */
    static synchronized void room(long bytes) {
        room = bytes;
    }

    /** The operation after so many others fails, and so do those that follow, up to a number. */
    static synchronized void breakAfter(long good, long bad) {
        operations = 0;
        breaksAt = good;
        repairedAt = bad == Long.MAX_VALUE ? bad : good + bad;
    }

    /** Whether it has come to the operation that fails. */
    static synchronized boolean hasBroken() {
        return operations > breaksAt;
    }

    /** Takes what a file holds now for what is on the disk. */
    static synchronized void allIsSynced(Path file) throws IOException {
        durable = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        UNSYNCED.clear();
    }

    /** What a machine that lost its power finds on the disk. */
    static synchronized byte[] afterPowerLoss(Random chance) {
        byte[] found = durable;
        for (Unsynced one : UNSYNCED) {
            if (one.bytes() == null) {
                found = chance.nextBoolean() ? Arrays.copyOf(found, (int) one.at()) : found;
                continue;
            }
            int kept = chance.nextInt(4); // none, all, or some of its sectors
            for (int from = 0; from < one.bytes().length; from += SECTOR) {
                if (kept == 1 || kept > 1 && chance.nextBoolean()) {
                    int length = Math.min(SECTOR, one.bytes().length - from);
                    int at = (int) one.at() + from;
                    found = found.length < at + length ? Arrays.copyOf(found, at + length) : found.clone();
                    System.arraycopy(one.bytes(), from, found, at, length);
                }
            }
        }
        return found;
    }

    private static void operation() throws IOException {
        long number = operations++;
        if (number >= breaksAt && number < repairedAt) {
            throw new IOException("Input/output error");
        }
    }

    private static void remember(long at, byte[] bytes) {
        UNSYNCED.add(new Unsynced(at, bytes));
    }

    private static void synced() {
        for (Unsynced one : UNSYNCED) {
            if (one.bytes() == null) {
                durable = Arrays.copyOf(durable, (int) one.at());
            } else {
                int end = (int) one.at() + one.bytes().length;
                durable = durable.length < end ? Arrays.copyOf(durable, end) : durable;
                System.arraycopy(one.bytes(), 0, durable, (int) one.at(), one.bytes().length);
            }
        }
        UNSYNCED.clear();
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(super.open(mode));
    }

    private static final class Channel extends FileBase {
        private final FileChannel disk;

        Channel(FileChannel disk) {
            this.disk = disk;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            synchronized (FaultyDisk.class) {
                operation();
                if (position + source.remaining() > room) {
                    int fits = (int) Math.max(0, room - position);
                    if (fits > 0) {
                        disk.write(source.slice(source.position(), fits), position);
                    }
                    throw new IOException("No space left on device");
                }
                byte[] bytes = new byte[source.remaining()];
                source.duplicate().get(bytes);
                remember(position, bytes);
                return disk.write(source, position);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (FaultyDisk.class) {
                operation();
                synced();
            }
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            synchronized (FaultyDisk.class) {
                operation();
                remember(size, null);
                disk.truncate(size);
                return this;
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return disk.read(target, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return disk.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            throw new IOException("a write without a position");
        }

        @Override
        public long position() throws IOException {
            return disk.position();
        }

        @Override
        public FileChannel position(long to) throws IOException {
            disk.position(to);
            return this;
        }

        @Override
        public long size() throws IOException {
            return disk.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return disk.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            disk.close();
        }
    }
}
