package org.nearzero.sites.core;

import static org.nearzero.sites.core.Times.FOREVER;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Who has to be woken when. Putting an alarm off costs O(1), since that happens with each message: it stays in its old place in the
 * queue and is moved when that comes up.
 *
 * @param <K> who; alarms of the same instant go off in their order
 */
final class Alarms<K extends Comparable<K>> {
    private final Map<K, Alarm> alarms = new HashMap<>();
    private final PriorityQueue<Entry<K>> queue = new PriorityQueue<>();

    private static final class Alarm {
        private Instant due = FOREVER;
        private Instant queuedAt = FOREVER;
    }

    private record Entry<K extends Comparable<K>>(Instant at, K who) implements Comparable<Entry<K>> {
        @Override
        public int compareTo(Entry<K> other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : who.compareTo(other.who);
        }
    }

    /** Wakes somebody then, and not at any other time named before; {@link Times#FOREVER}: not at all. */
    void set(K who, Instant at) {
        Alarm alarm = alarms.get(who);
        if (alarm == null) {
            if (at.equals(FOREVER)) {
                return;
            }
            alarm = new Alarm();
            alarms.put(who, alarm);
        }
        alarm.due = at;
        if (at.isBefore(alarm.queuedAt)) {
            alarm.queuedAt = at;
            queue.add(new Entry<>(at, who));
        }
    }

    /** When the next one goes off. */
    Instant earliest() {
        settle();
        return queue.isEmpty() ? FOREVER : queue.peek().at();
    }

    /** The next one that is due, which then has no alarm any more. */
    Optional<K> next(Instant now) {
        settle();
        if (queue.isEmpty() || queue.peek().at().isAfter(now)) {
            return Optional.empty();
        }
        K who = queue.remove().who();
        alarms.remove(who);
        return Optional.of(who);
    }

    /** Until the head of the queue is an alarm that stands. */
    private void settle() {
        while (!queue.isEmpty()) {
            Entry<K> head = queue.peek();
            Alarm alarm = alarms.get(head.who());
            if (alarm != null && alarm.queuedAt.equals(head.at()) && alarm.due.equals(head.at())) {
                return;
            }
            queue.remove();
            if (alarm != null && alarm.queuedAt.equals(head.at())) {
                alarm.queuedAt = FOREVER;
                requeue(head.who(), alarm);
            }
        }
    }

    private void requeue(K who, Alarm alarm) {
        if (alarm.due.equals(FOREVER)) {
            alarms.remove(who);
        } else {
            alarm.queuedAt = alarm.due;
            queue.add(new Entry<>(alarm.due, who));
        }
    }
}
