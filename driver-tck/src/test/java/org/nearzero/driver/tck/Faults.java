package org.nearzero.driver.tck;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** Drivers that are wrong in exactly one way each, the way real ones were or could be. */
final class Faults {
    /** A fault, and the rule that has to catch it. */
    record Fault(String rule, String name, BiFunction<InMemoryDriver, FakeEngine, ContainerDriver> driver) {
        @Override
        public String toString() {
            return rule + " catches a driver that " + name;
        }
    }

    private static final List<Fault> ALL = new ArrayList<>();

    private Faults() {}

    static List<Fault> all() {
        return Stream.of(ALL, TransferFaults.all()).flatMap(List::stream).toList();
    }

    private static void fault(
            String rule, String name, BiFunction<InMemoryDriver, FakeEngine, ContainerDriver> driver) {
        ALL.add(new Fault(rule, name, driver));
    }

    private static <T> CompletionStage<T> failed(Code code, String message) {
        return CompletableFuture.failedFuture(new DriverException(code, message));
    }

    private static DriverInstance with(
            DriverInstance it, String generation, InstanceState state, Optional<Endpoint> endpoint, String detail) {
        return new DriverInstance(
                it.appInstanceId(), it.appId(), it.popId(), generation, state, endpoint, it.createdAt(), detail);
    }

    /** A driver whose starts come out differently. */
    private static void startFault(String rule, String name, UnaryOperator<DriverInstance> change) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return super.start(spec).thenApply(change);
            }
        });
    }

    /** A driver that starts something else than what was ordered. */
    private static void orderFault(String rule, String name, UnaryOperator<Application> change) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return super.start(new InstanceSpec(
                        spec.appInstanceId(),
                        spec.popId(),
                        spec.generation(),
                        change.apply(spec.application()),
                        spec.stopGrace()));
            }
        });
    }

    private static Application with(Application it, List<String> command, Map<String, String> env) {
        return new Application(
                it.appId(),
                it.appProvider(),
                it.version(),
                it.artefact(),
                command,
                env,
                it.port(),
                it.resources(),
                it.policy());
    }

    /** A driver that fails starts of a missing artefact in its own way. */
    private static void missingFault(
            String rule, String name, BiFunction<FakeEngine, InstanceSpec, Throwable> failure) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return spec.application().artefact().imagePath().equals("fake:missing")
                        ? CompletableFuture.failedFuture(failure.apply(engine, spec))
                        : super.start(spec);
            }
        });
    }

    /** A driver that hands its listeners something else than what happened. */
    private static void listenerFault(String rule, String name, UnaryOperator<DriverListener> change) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public Subscription watch(PopId pop, DriverListener listener) {
                return super.watch(pop, change.apply(listener));
            }
        });
    }

    /** A listener in between. */
    private static class Between implements DriverListener {
        final DriverListener next;

        Between(DriverListener next) {
            this.next = next;
        }

        @Override
        public void changed(DriverInstance instance) {
            next.changed(instance);
        }

        @Override
        public void removed(AppInstanceId instance) {
            next.removed(instance);
        }

        @Override
        public void resync() {
            next.resync();
        }

        @Override
        public void unavailable(String reason) {
            next.unavailable(reason);
        }
    }

    /** A driver that tells of an exit differently, by the stage and to its listeners. */
    private static void exitFault(String rule, String name, UnaryOperator<DriverInstance> change) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return super.start(spec).thenApply(change);
            }

            @Override
            public Subscription watch(PopId pop, DriverListener listener) {
                return super.watch(pop, new Between(listener) {
                    @Override
                    public void changed(DriverInstance instance) {
                        next.changed(change.apply(instance));
                    }
                });
            }
        });
    }

    private static DriverInstance with(DriverInstance it, String detail) {
        return with(it, it.generation(), it.state(), it.endpoint(), detail);
    }

    private static boolean exited(FakeEngine engine, AppInstanceId instance) {
        FakeProcess process = engine.processes.get(instance);
        return process != null && process.instance().state() == InstanceState.EXITED;
    }

    static {
        fault("INFO-1", "shouts its name", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public String name() {
                return "In Memory";
            }
        });
        fault("INFO-1", "has another name in each object", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public String name() {
                return "in-memory-" + System.identityHashCode(this);
            }
        });
        fault("INFO-2", "accepts anything", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public boolean accepts(Application application) {
                return true;
            }
        });
        fault("INFO-2", "accepts only what exists", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public boolean accepts(Application application) {
                return application.artefact().imagePath().equals(FakeEngine.IMAGE);
            }
        });

        startFault(
                "START-1",
                "completes before the process runs",
                it -> with(it, it.generation(), InstanceState.CREATED, it.endpoint(), ""));
        startFault(
                "START-1",
                "does not tell the endpoint",
                it -> with(it, it.generation(), it.state(), Optional.empty(), ""));
        startFault("START-1", "mixes up generations", it -> with(it, "0", it.state(), it.endpoint(), ""));
        fault("START-1", "never answers a start", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                super.start(spec);
                return new CompletableFuture<>();
            }
        });
        fault("START-1", "returns null", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return null;
            }
        });
        startFault(
                "START-2",
                "gives an endpoint where nobody listens",
                it -> with(it, it.generation(), it.state(), Optional.of(new Endpoint("127.0.0.1", 1)), ""));
        fault("START-3", "restarts what runs", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return stop(spec.appInstanceId(), Duration.ZERO).thenCompose(gone -> super.start(spec));
            }
        });
        fault("START-3", "refuses a second start", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                return engine.processes.containsKey(spec.appInstanceId())
                        ? failed(Code.INTERNAL, "name in use")
                        : super.start(spec);
            }
        });
        missingFault(
                "START-4",
                "calls a missing artefact an internal error",
                (engine, spec) -> new DriverException(Code.INTERNAL, "fake:missing: not found"));
        missingFault(
                "START-4",
                "does not say which artefact is missing",
                (engine, spec) -> new DriverException(Code.IMAGE_NOT_FOUND, "not found"));
        missingFault(
                "START-4", "lets another exception out", (engine, spec) -> new IllegalStateException("fake:missing"));
        missingFault("START-4", "leaves the half-made instance behind", (engine, spec) -> {
            engine.create(new InstanceSpec(
                    spec.appInstanceId(),
                    spec.popId(),
                    spec.generation(),
                    with(spec.application(), List.of("serve"), Map.of()),
                    spec.stopGrace()));
            return new DriverException(Code.IMAGE_NOT_FOUND, "fake:missing: not found");
        });
        fault("START-5", "gives one start's environment to the next", (right, engine) -> {
            Map<String, String> shared = new HashMap<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                    spec.application().env().forEach(shared::putIfAbsent);
                    return super.start(new InstanceSpec(
                            spec.appInstanceId(),
                            spec.popId(),
                            spec.generation(),
                            with(spec.application(), spec.application().command(), shared),
                            spec.stopGrace()));
                }
            };
        });
        fault("START-5", "has room for one start at a time", (right, engine) -> {
            List<InstanceSpec> under = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                    under.add(spec);
                    return under.size() > 1 ? failed(Code.INTERNAL, "port is already taken") : super.start(spec);
                }
            };
        });
        orderFault("START-6", "drops the environment", it -> with(it, it.command(), Map.of()));
        orderFault(
                "START-6",
                "puts the command through a shell",
                it -> with(it, List.of(String.join(" ", it.command()).split(" ")), it.env()));
        exitFault("START-7", "loses the last words", it -> with(it, it.detail().replaceAll(": .*", "")));
        exitFault("START-7", "loses the exit code", it -> with(it, it.detail().replaceAll("exit code \\d+", "")));
        exitFault(
                "START-7",
                "looks at what it started only once",
                it -> with(it, it.generation(), InstanceState.RUNNING, it.endpoint(), ""));

        fault("STOP-1", "says stopped and does nothing", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                return CompletableFuture.completedFuture(null);
            }
        });
        fault("STOP-1", "forgets the instance and lets it run", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                engine.processes.remove(instance);
                return CompletableFuture.completedFuture(null);
            }
        });
        fault("STOP-2", "refuses to stop what is not there", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                return engine.processes.containsKey(instance)
                        ? super.stop(instance, grace)
                        : failed(Code.NOT_FOUND, instance + ": not found");
            }
        });
        fault("STOP-3", "asks and waits for ever", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                return super.stop(instance, Duration.ofHours(1));
            }
        });
        fault("STOP-3", "kills without asking", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                return super.stop(instance, Duration.ZERO);
            }
        });
        fault("STOP-4", "cannot stop what has exited", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                return exited(engine, instance) ? failed(Code.INTERNAL, "not running") : super.stop(instance, grace);
            }
        });
        fault("STOP-4", "cannot stop what is paused", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                FakeProcess process = engine.processes.get(instance);
                return process != null && process.instance().state() == InstanceState.PAUSED
                        ? failed(Code.INTERNAL, "is paused")
                        : super.stop(instance, grace);
            }
        });
        fault("STOP-5", "leaves something lying about", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
                engine.litter.add(instance);
                return super.stop(instance, grace);
            }
        });

        fault("LIST-1", "lists every PoP's instances", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<List<DriverInstance>> list(PopId pop) {
                return CompletableFuture.completedFuture(engine.processes.values().stream()
                        .map(FakeProcess::instance)
                        .toList());
            }
        });
        fault("LIST-1", "lists only what runs", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<List<DriverInstance>> list(PopId pop) {
                return super.list(pop).thenApply(list -> list.stream()
                        .filter(each -> each.state() != InstanceState.EXITED)
                        .toList());
            }
        });
        fault("LIST-2", "keeps its list in memory", (right, engine) -> {
            List<AppInstanceId> mine = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                    mine.add(spec.appInstanceId());
                    return super.start(spec);
                }

                @Override
                public CompletionStage<List<DriverInstance>> list(PopId pop) {
                    return super.list(pop).thenApply(list -> list.stream()
                            .filter(each -> mine.contains(each.appInstanceId()))
                            .toList());
                }
            };
        });
        fault("LIST-2", "takes its instances down with it", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public void close() {
                List.copyOf(engine.processes.values()).forEach(engine::remove);
                super.close();
            }
        });
        fault("LIST-2", "dates what it finds to now", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<List<DriverInstance>> list(PopId pop) {
                return super.list(pop).thenApply(list -> list.stream()
                        .map(it -> new DriverInstance(
                                it.appInstanceId(),
                                it.appId(),
                                it.popId(),
                                it.generation(),
                                it.state(),
                                it.endpoint(),
                                Instant.now().plusSeconds(1),
                                it.detail()))
                        .toList());
            }
        });
        fault("LIST-2", "watches only what it started itself", (right, engine) -> {
            List<AppInstanceId> mine = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public CompletionStage<DriverInstance> start(InstanceSpec spec) {
                    mine.add(spec.appInstanceId());
                    return super.start(spec);
                }

                @Override
                public Subscription watch(PopId pop, DriverListener listener) {
                    return super.watch(pop, new Between(listener) {
                        @Override
                        public void changed(DriverInstance it) {
                            if (mine.contains(it.appInstanceId())) {
                                next.changed(it);
                            }
                        }
                    });
                }
            };
        });
        fault(
                "LIST-3",
                "sees nothing on an engine that is down",
                (right, engine) -> new ForwardingDriver(right, engine) {
                    @Override
                    public CompletionStage<List<DriverInstance>> list(PopId pop) {
                        return engine.down ? CompletableFuture.completedFuture(List.of()) : super.list(pop);
                    }
                });
        fault(
                "LIST-3",
                "calls a lost engine an internal error",
                (right, engine) -> new ForwardingDriver(right, engine) {
                    @Override
                    public CompletionStage<List<DriverInstance>> list(PopId pop) {
                        return engine.down ? failed(Code.INTERNAL, "broken pipe") : super.list(pop);
                    }
                });

        listenerFault("WATCH-1", "does not notice a death", listener -> new Between(listener) {
            @Override
            public void changed(DriverInstance instance) {
                if (instance.state() != InstanceState.EXITED) {
                    next.changed(instance);
                }
            }
        });
        exitFault("WATCH-1", "does not tell the exit code", it -> with(it, ""));
        listenerFault("WATCH-2", "does not tell of a removal", listener -> new Between(listener) {
            @Override
            public void removed(AppInstanceId instance) {}
        });
        fault("WATCH-2", "tells the listeners of every PoP", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public Subscription watch(PopId pop, DriverListener listener) {
                FakeEngine.Events all = new FakeEngine.Events() {
                    @Override
                    public void changed(DriverInstance instance) {
                        listener.changed(instance);
                    }

                    @Override
                    public void removed(PopId from, AppInstanceId instance) {
                        listener.removed(instance);
                    }
                };
                engine.events.add(all);
                return () -> engine.events.remove(all);
            }
        });
        fault("WATCH-3", "goes on telling after the close", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public Subscription watch(PopId pop, DriverListener listener) {
                super.watch(pop, listener);
                return () -> {};
            }
        });
        fault("WATCH-3", "closes the last listener, whoever closes", (right, engine) -> {
            List<Subscription> open = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public Subscription watch(PopId pop, DriverListener listener) {
                    open.add(super.watch(pop, listener));
                    return () -> {
                        if (!open.isEmpty()) {
                            open.remove(open.size() - 1).close();
                        }
                    };
                }
            };
        });
        fault("WATCH-4", "stops telling at the first that throws", (right, engine) -> {
            List<DriverListener> chain = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public Subscription watch(PopId pop, DriverListener listener) {
                    chain.add(listener);
                    return chain.size() > 1
                            ? () -> {}
                            : super.watch(pop, new Between(listener) {
                                @Override
                                public void changed(DriverInstance instance) {
                                    chain.forEach(each -> each.changed(instance));
                                }

                                @Override
                                public void removed(AppInstanceId instance) {
                                    chain.forEach(each -> each.removed(instance));
                                }
                            });
                }
            };
        });

        fault("PAUSE-1", "pauses in its books only", (right, engine) -> {
            List<AppInstanceId> books = new CopyOnWriteArrayList<>();
            return new ForwardingDriver(right, engine) {
                @Override
                public CompletionStage<Void> pause(AppInstanceId instance) {
                    books.add(instance);
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletionStage<List<DriverInstance>> list(PopId pop) {
                    return super.list(pop).thenApply(list -> list.stream()
                            .map(it -> books.contains(it.appInstanceId())
                                    ? with(it, it.generation(), InstanceState.PAUSED, it.endpoint(), "")
                                    : it)
                            .toList());
                }
            };
        });
        fault("PAUSE-1", "refuses a second pause", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> pause(AppInstanceId instance) {
                return engine.processes.get(instance).instance().state() == InstanceState.PAUSED
                        ? failed(Code.INTERNAL, "already paused")
                        : super.pause(instance);
            }
        });
        fault("PAUSE-1", "lists what is paused as running", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<List<DriverInstance>> list(PopId pop) {
                return super.list(pop).thenApply(list -> list.stream()
                        .map(it -> with(it, it.generation(), InstanceState.RUNNING, it.endpoint(), ""))
                        .toList());
            }
        });
        fault("PAUSE-2", "does not thaw", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> unpause(AppInstanceId instance) {
                return CompletableFuture.completedFuture(null);
            }
        });
        fault("PAUSE-2", "thaws by starting again", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> unpause(AppInstanceId instance) {
                InstanceSpec spec = engine.processes.get(instance).labels;
                return stop(instance, Duration.ZERO)
                        .thenCompose(gone -> start(spec))
                        .thenAccept(started -> {});
            }
        });
        pullFault("PULL-1", "cannot pull what is there", FakeEngine.IMAGE, () -> failed(Code.INTERNAL, "exists"));
        pullFault(
                "PULL-2",
                "says it pulled what does not exist",
                "fake:missing",
                () -> CompletableFuture.completedFuture(null));
        fault("PULL-3", "does not look at the checksum", (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> prePull(Artefact artefact) {
                return super.prePull(new Artefact(artefact.imagePath()));
            }
        });
    }

    private static void pullFault(
            String rule, String name, String image, java.util.function.Supplier<CompletionStage<Void>> answer) {
        fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<Void> prePull(Artefact artefact) {
                return artefact.imagePath().equals(image) ? answer.get() : super.prePull(artefact);
            }
        });
    }
}
