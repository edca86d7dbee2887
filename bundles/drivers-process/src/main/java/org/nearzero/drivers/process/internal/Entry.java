package org.nearzero.drivers.process.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/**
 * One instance as its record has it.
 *
 * @param pid number of its process; 0 before it is known
 * @param startTime when the kernel started that process, in its own ticks: tells it from a later one of the same number
 * @param exit how it ended, in words; empty while that is not known
 */
record Entry(
        AppInstanceId id,
        AppId app,
        PopId pop,
        String generation,
        int port,
        Instant createdAt,
        long pid,
        long startTime,
        String exit) {

    Entry running(long number, long started) {
        return new Entry(id, app, pop, generation, port, createdAt, number, started, exit);
    }

    Entry ended(String how) {
        return new Entry(id, app, pop, generation, port, createdAt, pid, startTime, how);
    }

    DriverInstance as(InstanceState state, String detail) {
        return new DriverInstance(
                id, app, pop, generation, state, Optional.of(new Endpoint("127.0.0.1", port)), createdAt, detail);
    }

    Properties properties() {
        Properties p = new Properties();
        p.setProperty("instance", id.value());
        p.setProperty("app", app.value());
        p.setProperty("pop", pop.value());
        p.setProperty("generation", generation);
        p.setProperty("port", Integer.toString(port));
        p.setProperty("createdAt", createdAt.toString());
        p.setProperty("pid", Long.toString(pid));
        p.setProperty("startTime", Long.toString(startTime));
        p.setProperty("exit", exit);
        return p;
    }

    /** @throws IllegalArgumentException if something is missing or malformed */
    static Entry of(Properties p) {
        try {
            return new Entry(
                    new AppInstanceId(p.getProperty("instance")),
                    new AppId(p.getProperty("app")),
                    new PopId(p.getProperty("pop")),
                    p.getProperty("generation"),
                    Integer.parseInt(p.getProperty("port")),
                    Instant.parse(p.getProperty("createdAt")),
                    Long.parseLong(p.getProperty("pid")),
                    Long.parseLong(p.getProperty("startTime")),
                    p.getProperty("exit", ""));
        } catch (NullPointerException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("a field is missing or malformed", e);
        }
    }
}
