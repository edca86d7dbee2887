package org.nearzero.drivers.process.internal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
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
 * @param boot the boot of the machine that {@code pid} and {@code startTime} belong to
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
        String boot,
        long pid,
        long startTime,
        String exit) {
    /** Start time of a process that was gone before it could be looked at; no process has it. */
    static final long ENDED_AT_ONCE = -1;

    static final String EXIT_CODE_UNKNOWN = "exited, code unknown: it outlived the process that had started it";
    private static final Duration YOUNG = Duration.ofSeconds(10);

    Entry running(long number, long started) {
        return new Entry(id, app, pop, generation, port, createdAt, boot, number, started, exit);
    }

    /** With what is known of its end; an exit code once known is not forgotten. */
    Entry ended(String how) {
        return !exit.isEmpty() && how.equals(EXIT_CODE_UNKNOWN)
                ? this
                : new Entry(id, app, pop, generation, port, createdAt, boot, pid, startTime, how);
    }

    /** Created so recently that its start may still be under way, or its trouble be that of a start. */
    boolean isYoung() {
        return createdAt.plus(YOUNG).isAfter(Instant.now());
    }

    /** What every process of the instance has in its environment, unless it threw that away. */
    String mark() {
        return Launch.INSTANCE_ID + "=" + id;
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
        p.setProperty("boot", boot);
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
                    required(p, "generation"),
                    Integer.parseInt(p.getProperty("port")),
                    Instant.parse(p.getProperty("createdAt")),
                    required(p, "boot"),
                    Long.parseLong(p.getProperty("pid")),
                    Long.parseLong(p.getProperty("startTime")),
                    p.getProperty("exit", ""));
        } catch (NullPointerException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("a field is missing or malformed", e);
        }
    }

    private static String required(Properties p, String name) {
        return requireNonNull(p.getProperty(name), name);
    }
}
