package org.nearzero.ingress.core;

/**
 * Deadlines that all lie the same time ahead, so that they fall due in the order in which they are set: setting and clearing one
 * is two links. One thread.
 */
public final class Deadlines {
    private final long afterNanos;
    private Entry first;
    private Entry last;

    /** Something that may fall due. In one list at a time. */
    public abstract static class Entry {
        private Deadlines list;
        private Entry previous;
        private Entry next;
        private long at;

        /** It fell due, and is in no list now. */
        protected abstract void due(long now);

        /** Takes it out of the list it is in, if any. */
        public final void clear() {
            if (list != null) {
                list.remove(this);
            }
        }
    }

    /** @param afterNanos how far ahead, at least 0 */
    public Deadlines(long afterNanos) {
        this.afterNanos = afterNanos;
    }

    /** Sets the deadline of {@code entry}, in place of one it has. @return whether it is the only one now */
    public boolean set(Entry entry, long now) {
        entry.clear();
        entry.list = this;
        entry.at = now + afterNanos;
        entry.previous = last;
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
        return first == entry;
    }

    /** Tells those whose time has come. @return how many nanoseconds until the next; -1 if there is none */
    public long fire(long now) {
        while (first != null && first.at - now <= 0) {
            Entry due = first;
            remove(due);
            due.due(now);
        }
        return first == null ? -1 : Math.max(0, first.at - now);
    }

    /** How far ahead they lie. */
    public long afterNanos() {
        return afterNanos;
    }

    private void remove(Entry entry) {
        if (entry.previous == null) {
            first = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next == null) {
            last = entry.previous;
        } else {
            entry.next.previous = entry.previous;
        }
        entry.previous = null;
        entry.next = null;
        entry.list = null;
    }
}
