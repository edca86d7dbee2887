package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LedgerPropertyTest {
    private record Item(int key, int value) {}

    /** Parts are lost, repeated and late; the reader takes what it may, and acknowledges that. */
    @Property
    void whoTakesWhatItMayEndsUpWithTheTruth(@ForAll long seed) {
        Random random = new Random(seed);
        Ledger<Integer, Item> ledger = new Ledger<>();
        Map<Integer, Item> truth = new HashMap<>();
        Map<Integer, Item> reader = new HashMap<>();
        List<Part<Item>> sent = new ArrayList<>();
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
}
