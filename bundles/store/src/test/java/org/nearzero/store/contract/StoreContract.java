package org.nearzero.store.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.Store.Change;
import org.nearzero.api.store.StoreException;
import org.opentest4j.AssertionFailedError;

/**
 * The contract of a {@link Store}, a test for each rule. Extend it and say how one is opened and closed, and how its disk is made to
 * refuse a write. What it does not show is the crash: that takes a process to kill.
 */
public abstract class StoreContract {
    private static final int WRITERS = 8;
    private static final int BATCHES = 25;

    private Store store;

    /** Only for subclasses. */
    protected StoreContract() {}

    /** An empty store at the first call in a test; after that the same one again, which was closed. */
    protected abstract Store open() throws Exception;

    /** Closes it, in good order. */
    protected abstract void close(Store opened) throws Exception;

    /** Whether every write fails from now on, for want of room, say. */
    protected abstract void full(Store opened, boolean yes) throws Exception;

    @BeforeEach
    final void openIt() throws Exception {
        store = open();
    }

    @AfterEach
    final void closeIt() throws Exception {
        full(store, false);
        close(store);
    }

    @Test
    @DisplayName("READ-1 what was written is read, as it was; what was removed or never written is not")
    void whatIsWrittenIsRead() {
        byte[] every = new byte[256];
        IntStream.range(0, 256).forEach(i -> every[i] = (byte) i);
        holds("READ-1", "an unknown table is empty", Map.of(), texts("apps"));
        store.write(List.of(Change.put("apps", "every", every), Change.put("apps", "none", new byte[0])));
        holds("READ-1", "the bytes that were written", Arrays.toString(every), Arrays.toString(read("apps", "every")));
        holds("READ-1", "an empty value is a value", "[]", Arrays.toString(read("apps", "none")));
        store.write(List.of(put("apps", "every", "2"), Change.remove("apps", "none"), Change.remove("x", "y")));
        holds("READ-1", "the last value, and not what was removed", Map.of("every", "2"), texts("apps"));
        holds("READ-1", "tables have nothing to do with each other", Map.of(), texts("other"));
    }

    @Test
    @DisplayName("READ-2 keys come in their order")
    void keysAreSorted() {
        List<String> keys = List.of("b", "a.1", "ä", "a", "Z", "a-1", "10", "9");
        keys.forEach(key -> store.write(List.of(put("apps", key, key))));
        holds(
                "READ-2",
                "keys in their order",
                keys.stream().sorted().toList(),
                List.copyOf(store.read("apps").keySet()));
    }

    @Test
    @DisplayName("READ-3 what was read stays as it was, and is the reader's own")
    void snapshotsDoNotChange() {
        byte[] given = "1".getBytes(UTF_8);
        store.write(List.of(Change.put("apps", "shop", given)));
        given[0] = 'x';
        holds("READ-3", "the value of when it was written", Map.of("shop", "1"), texts("apps"));
        Map<String, byte[]> before = store.read("apps");
        store.write(List.of(put("apps", "shop", "2"), put("apps", "cart", "1")));
        holds("READ-3", "a snapshot of before the change", Map.of("shop", "1"), texts(before));
        store.read("apps").get("shop")[0] = 'x';
        holds(
                "READ-3",
                "what readers do with their bytes is theirs",
                "2",
                texts("apps").get("shop"));
    }

    @Test
    @DisplayName("WRITE-1 all changes of a write are made, whatever their tables")
    void allAreMade() {
        store.write(List.of(put("a", "1", "x"), put("b", "1", "y"), put("a", "2", "z")));
        holds("WRITE-1", "both of the one table", Map.of("1", "x", "2", "z"), texts("a"));
        holds("WRITE-1", "the one of the other", Map.of("1", "y"), texts("b"));
        store.write(List.of());
        holds("WRITE-1", "a write of nothing changes nothing", Map.of("1", "y"), texts("b"));
    }

    @Test
    @DisplayName("WRITE-2 changes are made in their order")
    void changesAreInOrder() {
        store.write(List.of(
                put("a", "twice", "1"),
                put("a", "twice", "2"),
                put("a", "gone", "1"),
                Change.remove("a", "gone"),
                Change.remove("a", "back"),
                put("a", "back", "1")));
        holds("WRITE-2", "the last change of each key", Map.of("twice", "2", "back", "1"), texts("a"));
    }

    @Test
    @DisplayName("WRITE-3 a write that fails changes nothing, now or later, and the next one can succeed")
    void aFailedWriteChangesNothing() throws Exception {
        store.write(List.of(put("a", "old", "1"), put("a", "older", "1")));
        full(store, true);
        List<Change> changes =
                List.of(put("a", "old", "2"), Change.remove("a", "older"), put("a", "new", "1"), put("b", "new", "1"));
        for (int time = 1; time <= 2; time++) {
            try {
                store.write(changes);
                throw broken("WRITE-3", "a StoreException", "the write returned");
            } catch (StoreException e) {
                holds(
                        "WRITE-3",
                        "a message",
                        true,
                        !String.valueOf(e.getMessage()).isBlank());
            }
            holds("WRITE-3", "what was there", Map.of("old", "1", "older", "1"), texts("a"));
        }
        full(store, false);
        try {
            store.write(List.of(put("a", "next", "1")));
        } catch (StoreException e) {
            throw broken("WRITE-3", "the next write succeeds once it can", e.toString());
        }
        reopen();
        holds("WRITE-3", "what was there, and the next", Map.of("old", "1", "older", "1", "next", "1"), texts("a"));
        holds("WRITE-3", "nothing of the other table", Map.of(), texts("b"));
    }

    @Test
    @DisplayName("WRITE-4 writers at the same time lose nothing, and no reader sees half a write")
    void writersAtTheSameTimeLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "writer" + writer;
                writers.add(threads.submit(() -> {
                    for (int batch = 0; batch < BATCHES; batch++) {
                        store.write(List.of(
                                put("a", name + "." + batch + ".left", ""),
                                put("a", name + "." + batch + ".right", "")));
                    }
                }));
            }
            boolean over;
            do {
                over = writers.stream().allMatch(Future::isDone);
                holds("WRITE-4", "pairs", List.of(), halves(store.read("a").keySet()));
            } while (!over);
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        holds(
                "WRITE-4",
                "each key of each writer",
                WRITERS * BATCHES * 2,
                store.read("a").size());
    }

    private static List<String> halves(Iterable<String> keys) {
        Map<String, Integer> found = new TreeMap<>();
        keys.forEach(key -> found.merge(key.substring(0, key.lastIndexOf('.')), 1, Integer::sum));
        return found.entrySet().stream()
                .filter(batch -> batch.getValue() != 2)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    @DisplayName("KEEP-1 opened again it has everything")
    void openedAgainItHasEverything() throws Exception {
        for (int round = 0; round < 3; round++) {
            store.write(List.of(put("a", "round" + round, "1"), put("b", "last", "" + round)));
            reopen();
        }
        holds("KEEP-1", "the first table", Map.of("round0", "1", "round1", "1", "round2", "1"), texts("a"));
        holds("KEEP-1", "the second table", Map.of("last", "2"), texts("b"));
    }

    @Test
    @DisplayName("SIZE-1 a value may have 1 MiB")
    void aValueMayBeLarge() throws Exception {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        store.write(List.of(Change.put("a", "large", large), put("a", "small", "1")));
        holds("SIZE-1", "all of its bytes", true, Arrays.equals(large, read("a", "large")));
        reopen();
        holds("SIZE-1", "all of its bytes, opened again", true, Arrays.equals(large, read("a", "large")));
    }

    @Test
    @DisplayName("SIZE-2 a table may have 10 000 keys, in one write and by further ones")
    void aTableMayHaveManyKeys() throws Exception {
        Map<String, String> all = IntStream.range(0, 10_000)
                .boxed()
                .collect(Collectors.toMap(i -> "key" + i, i -> "value" + i, (a, b) -> a, TreeMap::new));
        List<Change> changes = new ArrayList<>();
        all.forEach((key, value) -> changes.add(put("a", key, value)));
        store.write(changes);
        store.write(List.of(put("a", "one-more", "1"), Change.remove("a", "key0")));
        all.put("one-more", "1");
        all.remove("key0");
        reopen();
        holds("SIZE-2", "all of them", all.equals(texts("a")), true);
    }

    private void reopen() throws Exception {
        close(store);
        store = open();
    }

    private byte[] read(String table, String key) {
        return store.read(table).get(key);
    }

    private Map<String, String> texts(String table) {
        return texts(store.read(table));
    }

    private static Map<String, String> texts(Map<String, byte[]> values) {
        Map<String, String> texts = new TreeMap<>();
        values.forEach((key, value) -> texts.put(key, new String(value, UTF_8)));
        return texts;
    }

    private static Change put(String table, String key, String value) {
        return Change.put(table, key, value.getBytes(UTF_8));
    }

    private static void holds(String rule, String expected, Object right, Object happened) {
        if (!right.equals(happened)) {
            throw broken(rule, expected + ": " + right, String.valueOf(happened));
        }
    }

    private static AssertionFailedError broken(String rule, String expected, String happened) {
        return new AssertionFailedError(rule + " is broken\n  expected: " + expected + "\n  happened: " + happened);
    }
}
