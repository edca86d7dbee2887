package org.nearzero.ingress.testing.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what Undertow, XNIO and the JDK log as a warning or worse; an exception that a listener let out is among it. */
public final class Complaints extends Handler implements AutoCloseable {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Logger root = Logger.getLogger("");

    public Complaints() {
        setLevel(Level.WARNING);
        root.addHandler(this);
    }

    /** What was logged so far. */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            heard.add(entry.getLoggerName() + ": " + entry.getMessage() + " " + entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
