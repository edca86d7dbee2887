package org.nearzero.store.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.nearzero.api.store.StoreException;

/** Stores with one thing wrong each. */
final class StoreFaults {
    /** @param rule the one that has to catch it */
    record Fault(String rule, String what, Supplier<InMemoryStore> store) {
        @Override
        public String toString() {
            return rule + " " + what;
        }
    }

    static final List<Fault> ALL = List.of(
            new Fault("READ-1", "removes nothing", RemovesNothing::new),
            new Fault("READ-1", "has one table for all", OneTable::new),
            new Fault("READ-2", "sorts the wrong way", SortsTheWrongWay::new),
            new Fault("READ-3", "gives what changes", LiveView::new),
            new Fault("WRITE-1", "forgets the second change", ForgetsTheSecond::new),
            new Fault("WRITE-2", "begins at the end", BeginsAtTheEnd::new),
            new Fault("WRITE-3", "makes the first change before it fails", HalfAFailure::new),
            new Fault("WRITE-3", "fails for good", FailsForGood::new),
            new Fault("WRITE-3", "says nothing of a failure", SaysNothing::new),
            new Fault("WRITE-4", "drops a write while another is under way", DropsWrites::new),
            new Fault("WRITE-4", "makes one change after the other", OneAfterTheOther::new),
            new Fault("KEEP-1", "begins anew when opened", BeginsAnew::new),
            new Fault("SIZE-1", "cuts values", CutsValues::new),
            new Fault("SIZE-2", "keeps a thousand keys", KeepsAThousand::new));

    private StoreFaults() {}

    private static final class RemovesNothing extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            super.write(changes.stream().filter(c -> c.value().isPresent()).toList());
        }
    }

    private static final class OneTable extends InMemoryStore {
        @Override
        public Map<String, byte[]> read(String table) {
            return super.read("all");
        }

        @Override
        public void write(List<Change> changes) {
            super.write(changes.stream()
                    .map(c -> new Change("all", c.key(), c.value()))
                    .toList());
        }
    }

    private static final class SortsTheWrongWay extends InMemoryStore {
        @Override
        public Map<String, byte[]> read(String table) {
            Map<String, byte[]> sorted = new TreeMap<>(Comparator.reverseOrder());
            sorted.putAll(super.read(table));
            return sorted;
        }
    }

    private static final class LiveView extends InMemoryStore {
        private final Map<String, Map<String, byte[]>> views = new HashMap<>();

        @Override
        public Map<String, byte[]> read(String table) {
            Map<String, byte[]> view = views.computeIfAbsent(table, name -> new TreeMap<>());
            view.clear();
            view.putAll(super.read(table));
            return view;
        }

        @Override
        public void write(List<Change> changes) {
            super.write(changes);
            List.copyOf(views.keySet()).forEach(this::read);
        }
    }

    private static final class ForgetsTheSecond extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            List<Change> some = new ArrayList<>(changes);
            if (some.size() > 1) {
                some.remove(1);
            }
            super.write(some);
        }
    }

    private static final class BeginsAtTheEnd extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            List<Change> reversed = new ArrayList<>(changes);
            Collections.reverse(reversed);
            super.write(reversed);
        }
    }

    private static final class HalfAFailure extends InMemoryStore {
        private boolean full;

        @Override
        public void full(boolean yes) {
            full = yes;
        }

        @Override
        public void write(List<Change> changes) {
            super.write(full ? changes.subList(0, 1) : changes);
            if (full) {
                throw new StoreException("full", null);
            }
        }
    }

    private static final class FailsForGood extends InMemoryStore {
        @Override
        public void full(boolean yes) {
            if (yes) {
                super.full(true);
            }
        }
    }

    private static final class SaysNothing extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            try {
                super.write(changes);
            } catch (StoreException e) {
                // The fault.
            }
        }
    }

    private static final class DropsWrites extends InMemoryStore {
        private final ReentrantLock lock = new ReentrantLock();

        @Override
        public void write(List<Change> changes) {
            if (lock.tryLock()) {
                try {
                    LockSupport.parkNanos(100_000);
                    super.write(changes);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private static final class OneAfterTheOther extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            for (Change change : changes) {
                super.write(List.of(change));
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private static final class BeginsAnew extends InMemoryStore implements AutoCloseable {
        @Override
        public void close() {
            super.write(super.read("a").keySet().stream()
                    .map(key -> Change.remove("a", key))
                    .toList());
        }
    }

    private static final class CutsValues extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            super.write(changes.stream()
                    .map(c -> new Change(
                            c.table(),
                            c.key(),
                            c.value().map(value -> java.util.Arrays.copyOf(value, Math.min(value.length, 65_535)))))
                    .toList());
        }
    }

    private static final class KeepsAThousand extends InMemoryStore {
        @Override
        public void write(List<Change> changes) {
            super.write(changes.subList(0, Math.min(changes.size(), 1_000)));
        }
    }
}
