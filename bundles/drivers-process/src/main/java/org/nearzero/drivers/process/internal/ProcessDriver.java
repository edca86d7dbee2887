package org.nearzero.drivers.process.internal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
public class ProcessDriver implements ContainerDriver, SupportsPause, SupportsPrePull, AutoCloseable {
    private static final long LOG_CHECK_SECONDS = 5;

    private final Ledger ledger;
    private final Observation observation;
    private final InstanceLocks locks = new InstanceLocks();
    private final Ports ports = new Ports();
    private final ExecutorService work = Executors.newCachedThreadPool(task -> daemon(task, "nearzero-process"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "nearzero-process-timer"));
    private final ExecutorService teller =
            Executors.newSingleThreadExecutor(task -> daemon(task, "nearzero-process-news"));
    private final Listeners listeners = new Listeners(teller);
    /** Instances whose process is this JVM's child: the kernel tells of their end. */
    private final Set<AppInstanceId> children = ConcurrentHashMap.newKeySet();

    private final Adopted adopted = new Adopted(timer, this::adoptedEnded);

    /** Touches nothing yet: a directory that cannot be used fails the calls that need it. */
    public ProcessDriver(ProcessSettings settings) {
        Path directory = requireNonNull(settings, "settings").directory().toAbsolutePath();
        ledger = new Ledger(directory);
        observation = new Observation(ledger);
        timer.scheduleWithFixedDelay(
                () -> ledger.cutLogs(settings.maxLogBytes()), LOG_CHECK_SECONDS, LOG_CHECK_SECONDS, TimeUnit.SECONDS);
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
        return async(() ->
                entries(pop).stream().map(this::adopt).map(observation::of).toList());
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        Subscription subscription = listeners.add(requireNonNull(pop, "pop"), requireNonNull(listener, "listener"));
        async(() -> {
                    entries(pop).forEach(this::adopt);
                    return null;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        listeners.unavailable(listener, failure.getMessage());
                    }
                });
        return subscription;
    }

    @Override
    public CompletionStage<Void> pause(AppInstanceId instance) {
        return freeze(instance, true);
    }

    @Override
    public CompletionStage<Void> unpause(AppInstanceId instance) {
        return freeze(instance, false);
    }

    @Override
    public CompletionStage<Void> prePull(Artefact artefact) {
        requireNonNull(artefact, "artefact");
        return async(() -> {
            Launch.executable(artefact);
            return null;
        });
    }

    /** Ends this object's threads. Its instances go on: they are the operating system's. */
    @Override
    public void close() {
        listeners.clear();
        timer.shutdownNow();
        work.shutdown();
        teller.shutdown();
    }

    private DriverInstance startLocked(InstanceSpec spec) {
        Optional<Entry> known = ledger.read(spec.appInstanceId());
        if (known.isPresent()) {
            DriverInstance there = observation.of(adopt(known.get()));
            if (there.state() == InstanceState.EXITED) {
                throw new DriverException(
                        Code.EXITED,
                        "instance=" + spec.appInstanceId() + ": has run already (" + there.detail()
                                + "): stop it first");
            }
            return there;
        }
        Confinement.check(spec.application());
        Path executable = Launch.executable(spec.application().artefact());
        Entry ordered = new Entry(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                ports.promise(spec.appInstanceId()),
                Instant.now(),
                Kernel.boot(),
                0,
                0,
                "");
        try {
            // Before the process: a crash between the two leaves a record with no process, not a process with no
            // record.
            ledger.write(ordered);
            children.add(ordered.id());
            return launched(ordered, Launch.start(spec, executable, ordered.port(), ledger.log(ordered.id())));
        } catch (DriverException e) {
            forget(ordered);
            throw e;
        }
    }

    private DriverInstance launched(Entry ordered, Process process) {
        // One that has ended already has no start time; its exit is told below all the same.
        long startTime = Kernel.stat(process.pid()).map(Kernel.Stat::startTime).orElse(Entry.ENDED_AT_ONCE);
        Entry running = ordered.running(process.pid(), startTime);
        try {
            ledger.write(running);
        } catch (DriverException e) {
            new Family(running).end(Duration.ZERO);
            throw e;
        }
        process.onExit().thenAcceptAsync(ended -> childEnded(running, ended.exitValue()), work);
        DriverInstance instance = running.as(InstanceState.RUNNING, "");
        listeners.changed(instance);
        return instance;
    }

    private Void stopLocked(AppInstanceId id, Duration grace) {
        ledger.read(id).ifPresent(entry -> {
            new Family(entry).end(grace);
            forget(entry);
            listeners.removed(entry.pop(), id);
        });
        return null;
    }

    private void forget(Entry entry) {
        ledger.remove(entry.id());
        ports.release(entry.port(), entry.id());
        children.remove(entry.id());
        adopted.remove(entry.id());
    }

    private CompletionStage<Void> freeze(AppInstanceId id, boolean frozen) {
        requireNonNull(id, "instance");
        return async(() -> locks.with(id, () -> {
            Entry entry = ledger.read(id)
                    .orElseThrow(() -> new DriverException(
                            Code.NOT_FOUND, "instance=" + id + ": not known to the process driver"));
            new Family(entry).freeze(frozen);
            listeners.changed(observation.of(entry));
            return null;
        }));
    }

    private List<Entry> entries(PopId pop) {
        return ledger.readAll().stream()
                .filter(entry -> entry.pop().equals(pop))
                .toList();
    }

    /** Watches over a process that somebody else has started and whose end the kernel will not tell us of. */
    private Entry adopt(Entry entry) {
        if (children.contains(entry.id()) || adopted.contains(entry.id()) || entry.pid() == 0 && entry.isYoung()) {
            return entry;
        }
        Optional<Kernel.Stat> leader = new Family(entry).leader();
        if (leader.isEmpty()) {
            return entry;
        }
        Entry found = entry.pid() == 0
                ? numbered(entry.running(leader.get().pid(), leader.get().startTime()))
                : entry;
        ports.keep(found.port(), found.id());
        adopted.add(found);
        if (ledger.read(found.id()).isEmpty()) {
            forget(found); // stopped meanwhile; a lock would make the list wait for the stop's whole grace
        }
        return found;
    }

    /** Completes the record of a process whose host died between starting it and writing its number down. */
    private Entry numbered(Entry found) {
        return locks.with(found.id(), () -> {
            if (ledger.read(found.id()).filter(known -> known.pid() == 0).isPresent()) {
                ledger.write(found);
            }
            return found;
        });
    }

    private void childEnded(Entry entry, int code) {
        String clash = entry.isYoung() && Ports.taken(entry.port())
                ? "; port " + entry.port() + " is in use by another process: start again for another port"
                : "";
        ended(entry, "exited with code " + code + clash);
    }

    private void adoptedEnded(Entry entry) {
        try {
            work.execute(() -> ended(entry, Entry.EXIT_CODE_UNKNOWN));
        } catch (RejectedExecutionException e) {
            // closed: nobody listens any more
        }
    }

    private void ended(Entry entry, String how) {
        locks.with(entry.id(), () -> {
            ledger.read(entry.id()).ifPresent(known -> {
                Entry ended = known.ended(how);
                if (!ended.equals(known)) {
                    ledger.write(ended);
                }
                listeners.changed(observation.of(ended));
            });
            return null;
        });
    }

    private <T> CompletionStage<T> async(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            work.execute(() -> {
                try {
                    result.complete(task.get());
                } catch (DriverException e) {
                    result.completeExceptionally(e);
                } catch (RuntimeException | Error e) {
                    result.completeExceptionally(new DriverException(Code.INTERNAL, "process driver: " + e, e));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new DriverException(
                    Code.ENGINE_UNAVAILABLE, "process driver: this object is closed: take another"));
        }
        return result;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
