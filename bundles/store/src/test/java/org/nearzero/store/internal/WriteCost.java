package org.nearzero.store.internal;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.nearzero.api.store.Store.Change;

/**
 * What a write costs beside writing as many bytes to a plain file and syncing it, in turns on the same disk. Arguments: a directory, how
 * many of each, and how many writers at a time after that; 0: none.
 */
final class WriteCost {
    private static final int VALUE = 1_000;
    private static final int KEYS = 100;

    private WriteCost() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int writes = Integer.parseInt(arguments[1]);
        int writers = Integer.parseInt(arguments[2]);
        Path storeFile = directory.resolve("cost.mv");
        Path plainFile = directory.resolve("cost.plain");
        try (MvStore store = new MvStore(storeFile);
                FileChannel plain = FileChannel.open(plainFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long[] kept = new long[writes];
            long[] forced = new long[writes];
            for (int i = 0; i < writes; i++) {
                long start = System.nanoTime();
                plain.write(ByteBuffer.allocate(VALUE), (long) i * VALUE);
                plain.force(true);
                forced[i] = System.nanoTime() - start;
                start = System.nanoTime();
                store.write(List.of(Change.put("cost", "key" + i % KEYS, new byte[VALUE])));
                kept[i] = System.nanoTime() - start;
            }
            double one = median(kept);
            double other = median(forced);
            System.out.printf("store.write  median %.2f ms%n", one);
            System.out.printf("write, force median %.2f ms, ratio %.1f%n", other, one / other);
            System.out.printf("%d bytes for %d kept%n", Files.size(storeFile), VALUE * KEYS);
            if (writers > 0) {
                System.out.printf("%d writers at a time: %.2f ms a write%n", writers, together(store, writes, writers));
            }
        } finally {
            Files.deleteIfExists(storeFile);
            Files.deleteIfExists(plainFile);
        }
    }

    private static double together(MvStore store, int writes, int writers) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(writers);
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            String key = "writer" + writer;
            threads.add(new Thread(() -> {
                for (int i = 0; i < writes / writers; i++) {
                    store.write(List.of(Change.put("cost", key, new byte[VALUE])));
                }
                over.countDown();
            }));
        }
        long start = System.nanoTime();
        threads.forEach(Thread::start);
        over.await();
        return (System.nanoTime() - start) / 1e6 / (writes / writers * writers);
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e6;
    }
}
