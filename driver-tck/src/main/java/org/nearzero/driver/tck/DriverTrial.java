package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.Subscription;

/** Sets a driver up for one test, gives orders to it and clears everything away afterwards. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestMethodOrder(MethodOrderer.DisplayName.class)
abstract class DriverTrial {
    /** Time that a well-behaved program gets to end; long, so that a busy machine does not turn it into a kill. */
    static final Duration GRACE = Duration.ofSeconds(10);

    static final AppId APP = new AppId("tck-app");

    private final List<ContainerDriver> drivers = new ArrayList<>();
    private final List<AppInstanceId> ordered = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** Unique to the test: several runs of the contract may share an engine. */
    final PopId pop = new PopId("tck-" + random(10));

    DriverUnderTest underTest;
    ContainerDriver driver;

    /** A new {@link DriverUnderTest}; called once for each test. */
    protected abstract DriverUnderTest underTest() throws Exception;

    @BeforeEach
    void setUpDriver() throws Exception {
        underTest = underTest();
        driver = newDriver();
    }

    /** Best effort: the verdict is given by now, and {@link DriverUnderTest#close()} removes what a broken driver left. */
    @AfterEach
    void clearAway() throws Exception {
        subscriptions.forEach(Subscription::close);
        if (!drivers.isEmpty()) {
            ContainerDriver last = drivers.get(drivers.size() - 1);
            for (AppInstanceId instance : ordered) {
                try {
                    last.stop(instance, Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    continue;
                }
            }
        }
        for (ContainerDriver each : List.copyOf(drivers)) {
            close(each);
        }
        if (underTest != null) {
            underTest.close();
        }
    }

    Rule rule(String id) {
        return new Rule(id, underTest.patience());
    }

    /** Another driver object on the same engine. */
    ContainerDriver newDriver() throws Exception {
        ContainerDriver made = underTest.newDriver();
        drivers.add(made);
        return made;
    }

    /** Ends a driver object, as far as it can be ended; not its instances. */
    void close(ContainerDriver closing) throws Exception {
        drivers.remove(closing);
        if (closing instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    Ear listen(PopId where) {
        Ear ear = new Ear();
        listen(where, ear);
        return ear;
    }

    Subscription listen(PopId where, DriverListener listener) {
        Subscription subscription = driver.watch(where, listener);
        subscriptions.add(subscription);
        return subscription;
    }

    InstanceSpec order(Workload workload) {
        return order(pop, workload, Map.of());
    }

    InstanceSpec order(PopId where, Workload workload, Map<String, String> env) {
        AppInstanceId id = new AppInstanceId(APP + "." + random(12));
        ordered.add(id);
        return new InstanceSpec(id, where, "gen-" + random(6), application(workload, env), GRACE);
    }

    InstanceSpec servingOrder() {
        return order(underTest.serving(List.of()));
    }

    static Application application(Workload workload, Map<String, String> env) {
        Map<String, String> all = new HashMap<>(workload.env());
        all.putAll(env);
        return new Application(
                APP,
                "tck",
                "1",
                workload.artefact(),
                workload.command(),
                all,
                workload.port(),
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch("tck.example", "/")), ScalingPolicy.DEFAULT));
    }

    static Application application(Artefact artefact) {
        return application(new Workload(artefact, List.of()), Map.of());
    }

    /** Starts an instance for a rule that is about something else. */
    DriverInstance started(Rule rule, InstanceSpec spec) {
        return rule.completes(
                driver.start(spec), "start of " + spec.appInstanceId(), "see the rules START-1 to START-7");
    }

    /** Starts an instance and waits until it serves. */
    DriverInstance serving(Rule rule, InstanceSpec spec) {
        DriverInstance instance = started(rule, spec);
        awaitServing(rule, endpoint(rule, instance));
        return instance;
    }

    void awaitServing(Rule rule, Endpoint endpoint) {
        rule.becomes(
                () -> Caller.get(endpoint, underTest.helloPath()),
                answer -> true,
                "GET " + underTest.helloPath() + " at " + endpoint + " answers 200",
                "check that the endpoint is the address at which this program listens, seen from this host");
    }

    Endpoint endpoint(Rule rule, DriverInstance instance) {
        rule.holds(
                instance.endpoint().isPresent(),
                "a " + instance.state() + " instance has an endpoint",
                instance.toString(),
                "complete the start only when the endpoint is known");
        return instance.endpoint().orElseThrow();
    }

    void stopped(Rule rule, AppInstanceId instance) {
        rule.completes(driver.stop(instance, GRACE), "stop of " + instance, "see the rules STOP-1 to STOP-5");
    }

    /** What the driver lists, by name. */
    Map<AppInstanceId, DriverInstance> listed(Rule rule, ContainerDriver asked, PopId where) {
        List<DriverInstance> list =
                rule.completes(asked.list(where), "list of " + where, "see the rules LIST-1 to LIST-3");
        return list.stream()
                .collect(Collectors.toMap(DriverInstance::appInstanceId, instance -> instance, (one, two) -> {
                    throw rule.broken("each instance is listed once", one + " and " + two, "list by label, once", null);
                }));
    }

    static String random(int length) {
        return ThreadLocalRandom.current()
                .ints(length, 0, 36)
                .mapToObj(digit -> Character.toString(Character.forDigit(digit, 36)))
                .collect(Collectors.joining());
    }
}
