package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Shards beside a map that is copied as a whole. */
class ShardsPropertyTest {
    /** An entry that is set, or taken out if it has no value. */
    record Change(String key, Integer value) {}

    @Property
    void holdWhatAMapHoldsAndLeaveTheCopyBeforeAsItWas(@ForAll("changes") List<Change> changes) {
        Shards<Integer> shards = Shards.empty();
        Map<String, Integer> map = new HashMap<>();
        for (Change change : changes) {
            Shards<Integer> before = shards;
            shards = shards.with(change.key, change.value);
            assertEquals(map.get(change.key), before.get(change.key));
            if (change.value == null) {
                map.remove(change.key);
            } else {
                map.put(change.key, change.value);
            }
            assertEquals(map.isEmpty(), shards.isEmpty());
        }
        for (int n = 0; n < 40; n++) {
            assertEquals(map.get("k" + n), shards.get("k" + n));
        }
        assertNull(Shards.empty().get("k1"));
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 39).map(n -> "k" + n),
                        Arbitraries.integers().between(0, 9).injectNull(0.4))
                .as(Change::new)
                .list()
                .ofMaxSize(80);
    }
}
