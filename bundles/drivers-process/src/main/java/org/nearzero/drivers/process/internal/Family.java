package org.nearzero.drivers.process.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;

/**
 * The processes of one instance: its leader and whatever that started. They are found by the session that the leader was given
 * and by the instance's name in their environment; a child would have to leave both to escape.
 */
final class Family {
    private static final Duration AT_THE_KERNEL = Duration.ofSeconds(10);

    private final Entry entry;

    Family(Entry entry) {
        this.entry = entry;
    }

    /** The leader, if it runs. */
    Optional<Kernel.Stat> leader() {
        if (!entry.boot().equals(Kernel.boot())) {
            return Optional.empty();
        }
        return entry.pid() == 0
                ? Kernel.firstWith(entry.mark())
                : Kernel.stat(entry.pid()).filter(stat -> stat.startTime() == entry.startTime());
    }

    /** SIGTERM to the leader; SIGKILL to what is left of the family when it has ended, or when the grace has passed. */
    void end(Duration grace) {
        Optional<Kernel.Stat> leader = leader();
        if (leader.isPresent()) {
            ask(leader.get());
            awaitEnd(grace);
        }
        // A dead leader's number may be another's by now, its session with it: then the environment alone tells.
        long session = leader.filter(Kernel.Stat::leads).map(Kernel.Stat::pid).orElse(0L);
        long until = System.nanoTime() + AT_THE_KERNEL.toNanos();
        for (List<Kernel.Stat> left = left(session); !left.isEmpty(); left = left(session)) {
            if (System.nanoTime() > until) {
                throw new DriverException(
                        Code.INTERNAL,
                        "instance=" + entry.id() + ": " + left + " still there " + AT_THE_KERNEL.toSeconds()
                                + " s after SIGKILL: look what the kernel keeps it for; then stop again");
            }
            left.forEach(stat -> handle(stat).ifPresent(ProcessHandle::destroyForcibly));
            pause(1);
        }
    }

    /** Freezes or thaws all of it, and returns when the leader is in that state. */
    void freeze(boolean frozen) {
        long until = System.nanoTime() + AT_THE_KERNEL.toNanos();
        Kernel.Stat leader = running();
        if (leader.stopped() != frozen) {
            signalAll(leader, frozen ? "STOP" : "CONT");
        }
        while (running().stopped() != frozen) {
            if (System.nanoTime() > until) {
                throw new DriverException(
                        Code.INTERNAL,
                        "instance=" + entry.id() + " pid=" + leader.pid() + ": did not " + (frozen ? "stop" : "go on")
                                + " within " + AT_THE_KERNEL.toSeconds() + " s: see whether this user may signal it");
            }
            pause(1);
        }
    }

    private Kernel.Stat running() {
        return leader().orElseThrow(() ->
                new DriverException(Code.EXITED, "instance=" + entry.id() + ": its process has ended: stop it"));
    }

    private void ask(Kernel.Stat leader) {
        handle(leader).ifPresent(ProcessHandle::destroy);
        if (leader.stopped()) {
            signalAll(leader, "CONT"); // what is frozen does not hear SIGTERM
        }
    }

    private void awaitEnd(Duration grace) {
        long until = System.nanoTime() + grace.toNanos();
        long step = 1;
        while (System.nanoTime() < until && leader().isPresent()) {
            pause(step);
            step = Math.min(step + 1, 10);
        }
    }

    private void signalAll(Kernel.Stat leader, String signal) {
        long session = leader.leads() ? leader.pid() : 0;
        List<Long> pids = left(session).stream().map(Kernel.Stat::pid).toList();
        if (!pids.isEmpty()) {
            Kernel.signal(signal, pids);
        }
    }

    private List<Kernel.Stat> left(long session) {
        return Kernel.family(session, entry.mark());
    }

    /** The JDK's handle, if it is still this process and not a later one of the same number. */
    private static Optional<ProcessHandle> handle(Kernel.Stat stat) {
        Optional<ProcessHandle> handle = ProcessHandle.of(stat.pid());
        return handle.filter(found -> Kernel.stat(stat.pid())
                .filter(now -> now.startTime() == stat.startTime())
                .isPresent());
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
        if (Thread.currentThread().isInterrupted()) {
            throw new DriverException(Code.INTERNAL, "interrupted while waiting for a process");
        }
    }
}
