package org.nearzero.orchestrator.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs messages in the order in which they were put, and alarms at their instants. It sleeps until there is
 * one or the other; nothing ticks. A message that throws is logged and costs nothing else.
 */
final class EventLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long LONGEST_SLEEP_NANOS = Duration.ofMinutes(1).toNanos();

    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparing(Alarm::at));
    private final Clock clock;
    private final Thread thread;
    private volatile boolean asleep;
    private boolean ended; // the loop's thread only

    private record Alarm(Instant at, Runnable what) {}

    EventLoop(String name, Clock clock) {
        this.clock = clock;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has a message run on the loop. Any thread; does not block. */
    void put(Runnable message) {
        mailbox.add(message);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** Has something run at an instant. The loop's thread only. */
    void alarm(Instant at, Runnable what) {
        alarms.add(new Alarm(at, what));
    }

    private void run() {
        while (!ended) {
            boolean worked = drain();
            worked |= ring();
            if (!worked) {
                sleep();
            }
        }
    }

    private boolean drain() {
        Runnable message = mailbox.poll();
        if (message == null) {
            return false;
        }
        // Alarms get their turn even while messages keep coming.
        for (int i = 0; message != null; message = ++i < 256 ? mailbox.poll() : null) {
            runSafely(message);
        }
        return true;
    }

    private boolean ring() {
        boolean rang = false;
        Instant now = clock.instant();
        while (!alarms.isEmpty() && !alarms.peek().at().isAfter(now)) {
            runSafely(alarms.poll().what());
            rang = true;
        }
        return rang;
    }

    private void sleep() {
        asleep = true;
        // Looked at once more after saying so: a message put before would have woken nobody.
        if (mailbox.isEmpty()) {
            LockSupport.parkNanos(this, untilNextAlarm());
        }
        asleep = false;
    }

    private long untilNextAlarm() {
        if (alarms.isEmpty()) {
            return LONGEST_SLEEP_NANOS;
        }
        Duration left = Duration.between(clock.instant(), alarms.peek().at());
        return left.toSeconds() >= 60 ? LONGEST_SLEEP_NANOS : Math.max(1, left.toNanos());
    }

    private static void runSafely(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException | Error e) {
            LOG.error("event=loop-message-failed next=\"goes on with the next message\"", e);
        }
    }

    /** Ends the loop after the messages that were put before. Waits for that, 10 s at most. */
    @Override
    public void close() {
        put(() -> ended = true); // the last one: behind those, and ahead of whatever they put in turn
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
