package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the engine's events for as long as there is an engine, and tells when it comes and goes. One thread, which waits on the
 * stream or, between two attempts, for a growing while that {@link #hurry} cuts short.
 *
 * <p>Each stream begins where the last one ended, so that what the engine still remembers of the time between is heard as well;
 * it remembers its last 256 events.
 */
final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    /** How far a new stream goes back behind the end of the last one: what was written and not read any more. */
    private static final Duration OVERLAP = Duration.ofSeconds(1);

    private static final String[] ACTIONS = {
        "start", "die", "oom", "pause", "unpause", "destroy", "delete", "tag", "untag", "pull", "load", "import"
    };

    /** What the stream tells, on a thread that must not be kept. */
    interface Hearer {
        void connected();

        void event(Event event);

        void lost(String reason);
    }

    private final Engine engine;
    private final DockerSettings settings;
    private final Hearer hearer;
    private final Thread thread;
    private final Object pausing = new Object();
    private volatile boolean closed;
    private volatile boolean live;
    private volatile Stream current;
    private boolean hurried;
    private Instant since = Instant.now();

    EventStream(Engine engine, DockerSettings settings, Hearer hearer) {
        this.engine = engine;
        this.settings = settings;
        this.hearer = hearer;
        thread = new Thread(this::hear, "nearzero-docker-events");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether events are heard at the moment. */
    boolean isLive() {
        return live;
    }

    /** The engine has answered somebody: no need to wait any longer before the next attempt. */
    void hurry() {
        if (live) {
            return;
        }
        synchronized (pausing) {
            hurried = true;
            pausing.notifyAll();
        }
    }

    /** Somebody got no answer in time: whatever holds the engine up holds up the stream as well, and only a new one will tell. */
    void doubt(String why) {
        Stream doubted = current;
        if (doubted != null) {
            doubted.reason = why;
            doubted.ended.countDown();
        }
    }

    private void hear() {
        Duration pause = FIRST_PAUSE;
        String told = "";
        while (!closed) {
            Stream stream = new Stream();
            current = stream;
            String reason = stream.follow();
            if (closed) {
                return;
            }
            if (stream.opened) {
                since = Instant.now().minus(OVERLAP);
                pause = FIRST_PAUSE;
                told = "";
            }
            if (told.isEmpty()) {
                told = reason;
                LOG.warn("engine lost: host={} reason={}", settings.host(), reason);
                hearer.lost(reason);
            }
            engine.renew();
            pause(pause);
            pause = min(pause.multipliedBy(2), settings.reconnectMax());
        }
    }

    private void pause(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        synchronized (pausing) {
            long left = pause.toMillis();
            while (!closed && !hurried && left > 0) {
                try {
                    pausing.wait(left);
                } catch (InterruptedException e) {
                    // Only close() interrupts, and the loop looks at that.
                    continue;
                }
                left = (until - System.nanoTime()) / 1_000_000;
            }
            hurried = false;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        closed = true;
        live = false;
        synchronized (pausing) {
            pausing.notifyAll();
        }
        thread.interrupt();
    }

    /** An instant as the engine reads it, in digits that it knows whatever the machine's language. */
    static String timestamp(Instant instant) {
        return instant.getEpochSecond() + "." + String.format(Locale.ROOT, "%09d", instant.getNano());
    }

    /** One stream, from its request to its end. */
    private final class Stream implements ResultCallback<Event> {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Closeable body = () -> {};
        private volatile String reason = "the engine ended the event stream";
        private volatile boolean opened;

        /** Blocks until the stream has ended. @return why */
        String follow() {
            engine.client()
                    .eventsCmd()
                    .withEventTypeFilter(EventType.CONTAINER, EventType.IMAGE)
                    .withEventFilter(ACTIONS)
                    .withSince(timestamp(since))
                    .exec(this);
            try {
                if (!begun.await(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                    reason = "no answer within " + settings.connectTimeout().toMillis() + " ms";
                } else {
                    ended.await();
                }
            } catch (InterruptedException e) {
                reason = "closed";
            } finally {
                live = false;
                close();
            }
            return reason;
        }

        @Override
        public void onStart(Closeable stream) {
            body = stream;
            opened = true;
            if (!closed) {
                live = true;
                LOG.info("engine found: host={}", settings.host());
                hearer.connected();
            }
            begun.countDown();
        }

        @Override
        public void onNext(Event event) {
            try {
                hearer.event(event);
            } catch (RuntimeException e) {
                LOG.error("an event could not be taken in: {}", event, e);
            }
        }

        @Override
        public void onError(Throwable problem) {
            // The client reports the end of a stream, and even its own closing, as an error: a reason, not a stack
            // trace.
            reason = EngineErrors.reason(problem);
            begun.countDown();
            ended.countDown();
        }

        @Override
        public void onComplete() {
            begun.countDown();
            ended.countDown();
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException | RuntimeException e) {
                LOG.debug("closing the event stream", e);
            }
        }
    }
}
