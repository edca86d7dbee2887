package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LedgerPropertyTest {
    private record Item(int key, int value) {}

    /** Parts are lost, repeated and late; the reader takes what it may, and acknowledges that. */
    @Property
    void whoTakesWhatItMayEndsUpWithTheTruth(@ForAll long seed) {
        Random random = new Random(seed);
        Ledger<Integer, Item> ledger = new Ledger<>();
        Map<Integer, Item> truth = new HashMap<>();
        Map<Integer, Item> reader = new HashMap<>();
        List<Part<Item>> sent = new java.util.ArrayList<>();
        long known = 0;
        long acked = 0;
        for (int i = 0; i < 200; i++) {
            Item item = new Item(random.nextInt(5), random.nextInt(3));
            truth.put(item.key(), item);
            ledger.put(item.key(), item);
            sent.add(ledger.after(acked));
            for (Part<Item> part : List.of(sent.get(random.nextInt(sent.size())), sent.get(sent.size() - 1))) {
                if (random.nextInt(3) > 0 && part.extendsFrom(known)) {
                    part.items().forEach(p -> reader.put(p.key(), p));
                    known = part.revision();
                }
            }
            acked = random.nextBoolean() ? known : acked;
        }
        Part<Item> last = ledger.after(acked);
        if (last.extendsFrom(known)) {
            last.items().forEach(p -> reader.put(p.key(), p));
        }
        assertEquals(truth, reader);
    }

    @Test
    void thatThereIsNothingIsNewsToOneWhoHasHeardNothing() {
        Part<Item> nothing = new Ledger<Integer, Item>().after(0);
        assertTrue(nothing.whole());
        assertTrue(nothing.extendsFrom(0));
        assertTrue(nothing.items().isEmpty());
    }

    @Test
    void whatIsEqualIsNoNews() {
        Ledger<Integer, Item> ledger = new Ledger<>();
        assertTrue(ledger.put(1, new Item(1, 1)));
        long revision = ledger.after(0).revision();
        ledger.put(1, new Item(1, 1));
        assertEquals(new Part<Item>(revision, revision, List.of()), ledger.after(revision));
    }
}
