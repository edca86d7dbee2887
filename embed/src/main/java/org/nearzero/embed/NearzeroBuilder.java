package org.nearzero.embed;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.api.sites.HomebaseRule;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.api.time.SteadyClock;
import org.nearzero.drivers.process.internal.ProcessDriver;
import org.nearzero.drivers.process.internal.ProcessSettings;
import org.nearzero.ingress.internal.IngressSettings;
import org.nearzero.orchestrator.internal.OrchestratorSettings;

/**
 * Describes a point of presence to run inside this Java process. A driver is the one thing that has to be given; the rest has
 * defaults. Nothing is opened, started or checked against the machine before {@link Nearzero#start()}. Not thread-safe.
 */
public final class NearzeroBuilder {
    private static final PopId SOMEWHERE = new PopId("placeholder");

    private final List<Ranked<ContainerDriver>> drivers = new ArrayList<>();
    private final List<Path> processDirectories = new ArrayList<>();
    private final List<Ranked<PolicyRule>> rules = new ArrayList<>();
    private final List<Ranked<DeviceIdentifier>> identifiers = new ArrayList<>();
    private final List<ConnectionListener> connectionListeners = new ArrayList<>();
    private final List<StatusListener> statusListeners = new ArrayList<>();
    private final List<Ranked<HomebaseRule>> homebaseRules = new ArrayList<>();
    private final List<MigrationListener> migrationListeners = new ArrayList<>();
    private Optional<SitePlan> site = Optional.empty();
    private String popId = "local";
    private String host = "127.0.0.1";
    private int port;
    private OperatorPolicy operatorPolicy = OperatorPolicy.UNLIMITED;
    private boolean stopInstancesOnClose;
    private Clock clock = SteadyClock.ofThisProcess();

    NearzeroBuilder() {}

    /** The point of presence's name, the form of a DNS label; {@code local}. A restart under the same name finds its instances. */
    public NearzeroBuilder popId(String name) {
        this.popId = requireNonNull(name, "name");
        return this;
    }

    /** Where users connect to: an address and a port, 0 to 65535, 0 for any free one; {@code 127.0.0.1} and 0. */
    public NearzeroBuilder ingress(String address, int tcpPort) {
        this.host = requireNonNull(address, "address");
        this.port = tcpPort;
        return this;
    }

    /** The operator's bounds; none. */
    public NearzeroBuilder operatorPolicy(OperatorPolicy policy) {
        this.operatorPolicy = requireNonNull(policy, "policy");
        return this;
    }

    /** A driver of the caller's, at ranking 0; see {@link #driver(ContainerDriver, int)}. */
    public NearzeroBuilder driver(ContainerDriver driver) {
        return driver(driver, 0);
    }

    /** A driver of the caller's, who also closes it, after Nearzero. Of those that accept an application the highest ranked runs it. */
    public NearzeroBuilder driver(ContainerDriver driver, int ranking) {
        drivers.add(new Ranked<>(requireNonNull(driver, "driver"), ranking));
        return this;
    }

    /**
     * Runs applications whose {@code imagePath} is a {@code file:///} as processes of this machine; needs nothing installed.
     *
     * @param directory where their logs and the ledger of what runs are kept; made if it is missing
     */
    public NearzeroBuilder processes(Path directory) {
        processDirectories.add(requireNonNull(directory, "directory"));
        return this;
    }

    /** A rule that takes part in decisions, at ranking 0. */
    public NearzeroBuilder policyRule(PolicyRule rule) {
        return policyRule(rule, 0);
    }

    /** A rule that takes part in decisions; the highest ranked is asked first. */
    public NearzeroBuilder policyRule(PolicyRule rule, int ranking) {
        rules.add(new Ranked<>(requireNonNull(rule, "rule"), ranking));
        return this;
    }

    /** Tells devices apart, at ranking 0. */
    public NearzeroBuilder identifier(DeviceIdentifier identifier) {
        return identifier(identifier, 0);
    }

    /** Tells devices apart; the highest ranked is asked first. */
    public NearzeroBuilder identifier(DeviceIdentifier identifier, int ranking) {
        identifiers.add(new Ranked<>(requireNonNull(identifier, "identifier"), ranking));
        return this;
    }

    /** Hears of connections and sessions. */
    public NearzeroBuilder connectionListener(ConnectionListener listener) {
        connectionListeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    /** Hears of each application's changes. */
    public NearzeroBuilder statusListener(StatusListener listener) {
        statusListeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    /** One of several sites: applications are handed over with {@link Nearzero#sites()}, and follow their users. Without it: one alone. */
    public NearzeroBuilder site(SitePlan plan) {
        this.site = Optional.of(plan);
        return this;
    }

    /** Chooses homebases, at ranking 0. Only with a {@link #site}. */
    public NearzeroBuilder homebaseRule(HomebaseRule rule) {
        homebaseRules.add(new Ranked<>(requireNonNull(rule, "rule"), 0));
        return this;
    }

    /** Hears of migrations. Only with a {@link #site}. */
    public NearzeroBuilder migrationListener(MigrationListener listener) {
        migrationListeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    /** Whether closing stops every instance; false: they go on, and the next start under the same name adopts them. */
    public NearzeroBuilder stopInstancesOnClose(boolean stop) {
        this.stopInstancesOnClose = stop;
        return this;
    }

    /** What time it is; the steady clock of this process, which a change of the machine's date does not move. */
    public NearzeroBuilder clock(Clock source) {
        this.clock = requireNonNull(source, "source");
        return this;
    }

    /**
     * Checks everything; starts nothing.
     *
     * @throws InvalidInputException with every problem found
     */
    public Nearzero build() {
        Problems problems = Problems.check();
        PopId pop = problems.part("", SOMEWHERE, () -> new PopId(popId));
        IngressSettings ingress =
                problems.part("ingress", IngressSettings.of("127.0.0.1", 0), () -> IngressSettings.of(host, port));
        problems.expect(
                !drivers.isEmpty() || !processDirectories.isEmpty(),
                "driver",
                null,
                "at least one, such as processes(directory) for plain processes");
        IngressSettings doors = site.map(plan -> plan.with(ingress, problems)).orElse(ingress);
        site.ifPresent(plan -> plan.check(pop, problems));
        problems.expect(
                site.isPresent() || homebaseRules.isEmpty() && migrationListeners.isEmpty(),
                "site",
                null,
                "a site plan, where there is a homebase rule or a migration listener");
        List<Ranked<Supplier<ContainerDriver>>> makers = makers(problems);
        distinctNames(problems);
        problems.throwIfAny();
        return new Nearzero(new Wiring(
                OrchestratorSettings.of(pop).withStopInstancesOnClose(stopInstancesOnClose),
                doors,
                operatorPolicy,
                clock,
                drivers,
                makers,
                rules,
                identifiers,
                connectionListeners,
                statusListeners,
                site,
                homebaseRules,
                migrationListeners));
    }

    /** {@link #build()} and {@link Nearzero#start()} in one. */
    public Nearzero start() {
        return build().start();
    }

    private List<Ranked<Supplier<ContainerDriver>>> makers(Problems problems) {
        List<Ranked<Supplier<ContainerDriver>>> makers = new ArrayList<>();
        for (Path directory : processDirectories) {
            Optional<ProcessSettings> settings =
                    problems.part("processes", Optional.empty(), () -> Optional.of(new ProcessSettings(directory)));
            settings.ifPresent(checked -> makers.add(new Ranked<>(() -> new ProcessDriver(checked), 0)));
        }
        return makers;
    }

    private void distinctNames(Problems problems) {
        Set<String> names = new HashSet<>();
        processDirectories.forEach(directory ->
                problems.expect(names.add("process"), "processes", directory, "one directory, given once"));
        for (Ranked<ContainerDriver> driver : drivers) {
            String name = driver.value().name();
            problems.expect(names.add(name), "driver", name, "drivers with different names");
        }
    }
}
