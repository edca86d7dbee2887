package org.nearzero.drivers.process.internal;

import java.util.Optional;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;

/** The truth about an instance now: the kernel's, told with the names of its record. */
final class Observation {
    private static final String SILENT = "; it wrote nothing: run it by hand, with PORT set, to see why";

    private final Ledger ledger;

    Observation(Ledger ledger) {
        this.ledger = ledger;
    }

    DriverInstance of(Entry entry) {
        Optional<Kernel.Stat> leader = new Family(entry).leader();
        if (leader.isPresent()) {
            return entry.as(leader.get().stopped() ? InstanceState.PAUSED : InstanceState.RUNNING, "");
        }
        if (entry.pid() == 0 && entry.isYoung()) {
            return entry.as(InstanceState.CREATED, "its start is under way");
        }
        // Read again: whoever saw the process end may have written down how.
        String how = ledger.read(entry.id())
                .map(Entry::exit)
                .filter(exit -> !exit.isEmpty())
                .orElse(entry.exit().isEmpty() ? "exited" : entry.exit());
        String words = ledger.lastWords(entry.id());
        return entry.as(InstanceState.EXITED, how + (words.isEmpty() ? SILENT : "; look at its last output: " + words));
    }
}
