package org.nearzero.drivers.process.internal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/**
 * Runs instances as processes of the operating system (Linux). State is asked of the kernel each time; the records in the
 * settings' directory tell whose each process is, so that another driver object, or the next one after a crash, sees the same.
 * Thread-safe.
 */
public final class ProcessDriver implements ContainerDriver, SupportsPause, SupportsPrePull, AutoCloseable {
    private static final Duration LOG_CHECK = Duration.ofSeconds(5);
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

    private final Ledger ledger;
    private final Listeners listeners = new Listeners();
    private final InstanceLocks locks = new InstanceLocks();
    private final ExecutorService work = Executors.newCachedThreadPool(task -> daemon(task, "nearzero-process"));
    private final ScheduledExecutorService logs =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "nearzero-process-logs"));

    /** Touches nothing yet: a directory that cannot be used fails the calls that need it. */
    public ProcessDriver(ProcessSettings settings) {
        Path directory = requireNonNull(settings, "settings").directory().toAbsolutePath();
        ledger = new Ledger(directory);
        logs.scheduleWithFixedDelay(
                () -> cutLogs(settings.maxLogBytes()),
                LOG_CHECK.toMillis(),
                LOG_CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public boolean accepts(Application application) {
        return application.artefact().imagePath().startsWith(Launch.SCHEME);
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        requireNonNull(spec, "spec");
        return async(() -> locks.with(spec.appInstanceId(), () -> startLocked(spec)));
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        requireNonNull(instance, "instance");
        requireNonNull(grace, "grace");
        return async(() -> locks.with(instance, () -> stopLocked(instance, grace)));
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        requireNonNull(pop, "pop");
        return async(() -> ledger.readAll().stream()
                .filter(entry -> entry.pop().equals(pop))
                .map(this::observe)
                .collect(Collectors.toList()));
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        Subscription subscription = listeners.add(requireNonNull(pop, "pop"), requireNonNull(listener, "listener"));
        work.execute(() -> watchExisting(pop, listener));
        return subscription;
    }

    @Override
    public CompletionStage<Void> pause(AppInstanceId instance) {
        return async(() -> locks.with(instance, () -> freeze(instance, "STOP", InstanceState.PAUSED)));
    }

    @Override
    public CompletionStage<Void> unpause(AppInstanceId instance) {
        return async(() -> locks.with(instance, () -> freeze(instance, "CONT", InstanceState.RUNNING)));
    }

    @Override
    public CompletionStage<Void> prePull(Artefact artefact) {
        return async(() -> {
            Launch.executable(artefact);
            return null;
        });
    }

    /** Ends this object's threads. Its instances go on: they are the operating system's. */
    @Override
    public void close() {
        listeners.clear();
        logs.shutdownNow();
        work.shutdown();
    }

    private DriverInstance startLocked(InstanceSpec spec) {
        AppInstanceId id = spec.appInstanceId();
        Optional<Entry> known = ledger.read(id);
        if (known.isPresent()) {
            DriverInstance there = observe(known.get());
            if (there.state() == InstanceState.RUNNING) {
                return there;
            }
            throw new DriverException(
                    Code.EXITED,
                    "instance=" + id + ": is " + there.state() + " (" + there.detail() + "): stop it first");
        }
        Path executable = Launch.executable(spec.application().artefact());
        Entry entry = new Entry(
                id,
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                Launch.freePort(),
                Instant.now(),
                0,
                0,
                "");
        ledger.write(entry);
        Process process;
        try {
            process = Launch.start(spec, executable, entry.port(), ledger.log(id));
        } catch (DriverException e) {
            ledger.remove(id);
            throw e;
        }
        Entry running = entry.running(
                process.pid(),
                Kernel.stat(process.pid()).map(Kernel.Stat::startTime).orElse(0L));
        ledger.write(running);
        process.onExit()
                .thenAcceptAsync(ended -> exited(id, process.pid(), "exited with code " + ended.exitValue()), work);
        DriverInstance instance = running.as(InstanceState.RUNNING, "");
        listeners.changed(instance);
        return instance;
    }

    private Void stopLocked(AppInstanceId id, Duration grace) {
        Optional<Entry> known = ledger.read(id);
        if (known.isEmpty()) {
            return null;
        }
        long pid = pidOf(known.get());
        if (pid > 0) {
            end(pid, grace);
        }
        ledger.remove(id);
        listeners.removed(known.get().pop(), id);
        return null;
    }

    /** SIGTERM, and after the grace SIGKILL, to the process and all that descend from it. */
    private static void end(long pid, Duration grace) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        List<ProcessHandle> family =
                process.map(p -> p.descendants().collect(Collectors.toList())).orElse(List.of());
        Kernel.signal("TERM", pid);
        Kernel.signal("CONT", pid); // one that is paused hears nothing before
        if (!gone(pid, grace)) {
            Kernel.signal("KILL", pid);
            gone(pid, KILLED_WITHIN);
        }
        Kernel.signal("KILL", pid); // the rest of its group
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean gone(long pid, Duration within) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty() || Kernel.stat(pid).isEmpty()) {
            return true;
        }
        try {
            process.get().onExit().get(Math.max(1, within.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return Kernel.stat(pid).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new DriverException(Code.INTERNAL, "pid=" + pid + ": cannot be waited for", e);
        }
    }

    private Void freeze(AppInstanceId id, String signal, InstanceState wanted) {
        Entry entry = ledger.read(id)
                .orElseThrow(() ->
                        new DriverException(Code.NOT_FOUND, "instance=" + id + ": not known to the process driver"));
        long pid = pidOf(entry);
        if (pid == 0) {
            throw new DriverException(
                    Code.EXITED, "instance=" + id + ": " + observe(entry).detail());
        }
        Kernel.signal(signal, pid);
        long until = System.nanoTime() + KILLED_WITHIN.toNanos();
        while (observe(entry).state() != wanted && System.nanoTime() < until) {
            Thread.onSpinWait(); // the kernel delivers within microseconds
        }
        listeners.changed(observe(entry));
        return null;
    }

    /** The truth about an instance now. */
    private DriverInstance observe(Entry entry) {
        long pid = pidOf(entry);
        Optional<Kernel.Stat> stat = pid == 0 ? Optional.empty() : Kernel.stat(pid);
        if (stat.isPresent()) {
            char state = stat.get().state();
            return entry.as(state == 'T' ? InstanceState.PAUSED : InstanceState.RUNNING, "");
        }
        // Read again: whoever saw the process end may have written down how.
        String how = ledger.read(entry.id())
                .map(Entry::exit)
                .filter(exit -> !exit.isEmpty())
                .orElse("exited");
        String words = ledger.lastWords(entry.id());
        return entry.as(InstanceState.EXITED, words.isEmpty() ? how : how + "; last output: " + words);
    }

    /** The number of the instance's process, or 0 if that does not run. */
    private static long pidOf(Entry entry) {
        if (entry.pid() == 0) {
            OptionalLong found = Kernel.withEnvironment("NEARZERO_INSTANCE_ID=" + entry.id());
            return found.orElse(0);
        }
        return Kernel.stat(entry.pid())
                .filter(stat -> stat.startTime() == entry.startTime())
                .map(stat -> entry.pid())
                .orElse(0L);
    }

    private void watchExisting(PopId pop, DriverListener listener) {
        try {
            for (Entry entry : ledger.readAll()) {
                long pid = entry.pop().equals(pop) ? pidOf(entry) : 0;
                if (pid > 0) {
                    ProcessHandle.of(pid).ifPresent(process -> process.onExit()
                            .thenRunAsync(() -> exited(entry.id(), pid, "exited"), work));
                }
            }
        } catch (DriverException e) {
            Listeners.tell(listener, l -> l.unavailable(e.getMessage()));
        }
    }

    private void exited(AppInstanceId id, long pid, String how) {
        locks.with(id, () -> {
            Optional<Entry> entry = ledger.read(id).filter(known -> known.pid() == pid);
            entry.ifPresent(known -> {
                if (known.exit().isEmpty() || known.exit().equals("exited")) {
                    ledger.write(known.ended(how));
                }
                listeners.changed(observe(known));
            });
            return null;
        });
    }

    private void cutLogs(long most) {
        try {
            ledger.cutLogs(most);
        } catch (DriverException e) {
            // the calls that need the directory say so
        }
    }

    private <T> CompletionStage<T> async(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        work.execute(() -> {
            try {
                result.complete(task.get());
            } catch (DriverException e) {
                result.completeExceptionally(e);
            } catch (RuntimeException e) {
                result.completeExceptionally(new DriverException(Code.INTERNAL, "process driver: " + e, e));
            }
        });
        return result;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
