package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private record Item(int key, int value) {}

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
