package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;

class LedgerTest {
    private final Ledger ledger = new Ledger(
            new AppInstanceId("shop.abc"),
            new AppId("shop"),
            new PopId("mec-1"),
            "g1",
            Instant.parse("2026-01-02T03:04:05.678901Z"));

    @Test
    void readsBackWhatItWrote() {
        assertEquals(Optional.of(ledger), Ledger.read(ledger.labels()));
    }

    @Test
    void doesNotTakeAContainerForItsOwnThatLacksALabel() {
        for (String label : ledger.labels().keySet()) {
            Map<String, String> labels = ledger.labels();
            labels.remove(label);
            assertEquals(Optional.empty(), Ledger.read(labels), label);
        }
    }

    @Test
    void doesNotTakeAContainerForItsOwnThatHasAMalformedLabel() {
        for (String label : java.util.List.of(Ledger.INSTANCE, Ledger.APP, Ledger.POP, Ledger.CREATED)) {
            Map<String, String> labels = ledger.labels();
            labels.put(label, "Not One");
            assertEquals(Optional.empty(), Ledger.read(labels), label);
        }
    }
}
