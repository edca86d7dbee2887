package org.nearzero.store.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.Store.Change;

/** Numbered writes, each of which shows afterwards whether it was made, and wholly. */
final class Batches {
    private static final int SLOTS = 40;
    private static final int LARGEST = 9_000;

    private Batches() {}

    /**
     * One write: its number in two tables, and further values that later ones replace or remove, so that space is used again.
     *
     * @param number from 1, one more each time
     */
    static List<Change> batch(int number) {
        Random chance = new Random(number);
        List<Change> changes = new ArrayList<>();
        changes.add(Change.put("numbers", "last", text(number)));
        for (int i = 0; i < 1 + chance.nextInt(4); i++) {
            String key = "slot" + chance.nextInt(SLOTS);
            byte[] value = new byte[chance.nextInt(10) == 0 ? LARGEST : chance.nextInt(300)];
            chance.nextBytes(value);
            changes.add(chance.nextInt(5) == 0 ? Change.remove("slots", key) : Change.put("slots", key, value));
        }
        changes.add(Change.put("numbers", "again", text(number)));
        return changes;
    }

    /** The number of the last write that is there; all before it and nothing else must be, too. */
    static int last(Store store) {
        Map<String, byte[]> numbers = store.read("numbers");
        int last = numbers.isEmpty() ? 0 : number(numbers.get("last"));
        assertEquals(last, numbers.isEmpty() ? 0 : number(numbers.get("again")), "half a write");
        assertEquals(slots(last), texts(store.read("slots")), () -> "after write " + last);
        return last;
    }

    /** What is known to have been written is there, and of what came after at most the one that was under way. */
    static int assertNothingLost(Store store, int acknowledged) {
        int last = last(store);
        assertTrue(last >= acknowledged, () -> "write " + acknowledged + " was acknowledged, " + last + " is there");
        assertTrue(last <= acknowledged + 1, () -> "write " + acknowledged + " was the last, " + last + " is there");
        return last;
    }

    private static Map<String, String> slots(int last) {
        Map<String, byte[]> slots = new TreeMap<>();
        for (int number = 1; number <= last; number++) {
            for (Change change : batch(number)) {
                if (change.table().equals("slots")) {
                    change.value()
                            .ifPresentOrElse(value -> slots.put(change.key(), value), () -> slots.remove(change.key()));
                }
            }
        }
        return texts(slots);
    }

    private static Map<String, String> texts(Map<String, byte[]> values) {
        Map<String, String> texts = new TreeMap<>();
        values.forEach((key, value) -> texts.put(key, value.length + " bytes " + java.util.Arrays.hashCode(value)));
        return texts;
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(UTF_8);
    }

    private static int number(byte[] text) {
        return Integer.parseInt(new String(text, UTF_8));
    }
}
