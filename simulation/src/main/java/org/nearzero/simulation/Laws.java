package org.nearzero.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration;
import org.nearzero.orchestrator.core.AppState;
import org.nearzero.sites.core.FollowerRecord;
import org.nearzero.sites.core.HomebaseRecord;
import org.nearzero.sites.core.Kept;
import org.nearzero.sites.core.ShareRecord;

/** What must hold at each step. The first step at which something does not ends the run. */
final class Laws {
    /** How long a failed start may make itself felt: the longest back-off, and the time to notice. */
    private static final long FELT = Duration.ofMinutes(12).toNanos();

    /** How long a site may take to learn of a new application, or that it is cut off. */
    private static final long LEARNED = Duration.ofSeconds(90).toNanos();

    private final World world;
    private final Map<String, Long> startFailures = new HashMap<>();
    private final Set<AppInstanceId> crashed = new HashSet<>();
    private final Map<String, Migration> migrations = new HashMap<>();
    private long requests;
    private long failures;
    private long local;
    private long relayed;
    private boolean trouble;
    private boolean allMustSucceed;

    Laws(World world) {
        this.world = world;
    }

    long requests() {
        return requests;
    }

    long failures() {
        return failures;
    }

    long local() {
        return local;
    }

    long relayed() {
        return relayed;
    }

    int migrationsMade() {
        return migrations.size();
    }

    /** Whether sites may die at the next step. */
    void trouble(boolean on) {
        trouble = on;
    }

    /** From now on there is no excuse. */
    void allMustSucceed() {
        allMustSucceed = true;
    }

    LawBrokenException broken(String law) {
        return new LawBrokenException("seed " + world.seed + ": " + law + "\nat "
                + Duration.between(VirtualTime.BEGIN, world.now()) + " in " + world.scenario + "\n"
                + String.join("\n", world.past()));
    }

    private void check(boolean law, String otherwise) {
        if (!law) {
            throw broken(otherwise);
        }
    }

    /** Whether chance has a site die right after it has written something down. */
    boolean diesAfterWriting() {
        return trouble && world.scenario.crashes() > 0 && world.random.nextInt(200) == 0;
    }

    // ---- one site

    void routes(Routes routes) {
        boolean open = routes.targets().stream().anyMatch(t -> t.admission() == Routes.Admission.OPEN);
        check(!(open && routes.otherwise() instanceof Routes.Relay), "routes lead to an instance and to the homebase");
    }

    void admitted(SimulatedApplication app, AppInstanceId instance, int load, int limit) {
        check(load <= limit, app.site().popId() + ": " + load + " connections on " + instance + ", limit " + limit);
    }

    void ordered(SimulatedApplication app, InstanceSpec spec) {
        check(
                !(app.state().placement() instanceof Placement.Relay),
                app.site().popId() + " starts " + spec.appInstanceId() + " though it relays");
    }

    void startFailed(SimulatedApplication app) {
        startFailures.put(app.site().popId() + "/" + app.appId(), world.time.nanos());
    }

    void instanceCrashed(AppInstanceId instance) {
        crashed.add(instance);
    }

    void stopping(SimulatedApplication app, AppInstanceId instance) {
        int load = app.gate().load(instance);
        AppState state = app.state();
        boolean drained = state.placement() instanceof Placement.Relay relay
                && !world.now().isBefore(state.placing().since().plus(relay.drain()));
        boolean broken = state.instances().get(instance).value().status() == AppInstanceStatus.FAILED;
        boolean again =
                state.instances().get(instance).stopFailures() > 0; // it was given up before, and could not be stopped
        check(
                load == 0 || drained || broken || again || state.deleting(),
                app.site().popId() + " stops " + instance + " with " + load + " connections on it");
    }

    void breaking(SimulatedApplication app) {
        long servedFor = world.time.nanos() - app.gate().servedSince();
        Duration drain = app.application().policy().migration().orElseThrow().drainTimeout();
        check(
                servedFor >= drain.toNanos(),
                app.site().popId() + " breaks relayed connections after " + Duration.ofNanos(servedFor) + " of "
                        + drain);
    }

    // ---- what is written down

    void written(SimulatedSite site, Kept before, Kept after) {
        if (after instanceof FollowerRecord now && before instanceof FollowerRecord was) {
            check(
                    now.epoch() >= was.epoch() || now.offerEpoch() > was.offerEpoch(),
                    site.popId() + ": the epoch fell from " + was.epoch() + " to " + now.epoch());
        } else if (after instanceof HomebaseRecord now && before instanceof HomebaseRecord was) {
            check(now.highestEpoch() >= was.highestEpoch(), site.popId() + ": an epoch may be handed out again");
        } else if (after instanceof ShareRecord now) {
            share(site, before instanceof ShareRecord was ? was : null, now);
        }
    }

    private void share(SimulatedSite site, ShareRecord before, ShareRecord now) {
        long was = before == null ? 0 : before.assignment().map(a -> a.epoch()).orElse(0L);
        long is = now.assignment().map(a -> a.epoch()).orElse(was);
        check(is >= was, site.popId() + ": the assignment of " + now.popId() + " fell from " + was + " to " + is);
        boolean same = before != null && before.assignment().equals(now.assignment());
        check(
                same || now.assignment().isEmpty() || is > was,
                site.popId() + ": another assignment of " + now.popId() + " has the same epoch " + is);
    }

    void serving(SimulatedSite site, AppId app, long serving, int most) {
        check(serving <= most, site.popId() + ": " + serving + " sites serve " + app + ", at most " + most + " may");
    }

    void migration(SimulatedSite site, Migration migration) {
        Migration before = migrations.put(migration.migrationId(), migration);
        world.note(site.popId() + ": " + migration.migrationId() + " " + migration.state() + " "
                + migration.history().get(migration.history().size() - 1).reason());
        if (before != null && before.attempt() == migration.attempt()) {
            check(
                    migration.state().compareTo(before.state()) >= 0
                            && !(before.state().over() && migration.state() != before.state()),
                    migration.migrationId() + " went from " + before.state() + " to " + migration.state());
        }
    }

    // ---- users

    /** Nobody answers at a site. */
    void unserved(SimulatedSite site, AppId app) {
        requests++;
        failures++;
        check(
                !site.isUp()
                        || (!allMustSucceed && world.time.nanos() - site.upSinceNanos() < LEARNED)
                        || excusedByTrouble(),
                site.popId() + " does not know " + app);
    }

    private boolean excusedByTrouble() {
        return trouble && !world.scenario.calm();
    }

    void ended(Connection connection, String why) {
        requests++;
        if (why.isEmpty()) {
            if (connection.relayed) {
                relayed++;
            } else {
                local++;
            }
            return;
        }
        failures++;
        String where = connection.entry.site().popId() + ", " + connection.entry.appId() + ": ";
        check(!allMustSucceed || atItsLimit(why), where + "a request failed without trouble: " + why);
        check(excused(connection, why), where + "a request failed without excuse: " + why);
    }

    private static boolean atItsLimit(String why) {
        return why.equals("broken at the drain limit") || why.equals("the instance was stopped");
    }

    private boolean excused(Connection connection, String why) {
        SimulatedSite entry = connection.entry.site();
        SimulatedSite at = connection.at == null ? entry : connection.at.site();
        PopId home = homebase(connection);
        long began = connection.beganNanos;
        return switch (why) {
            case "the site died" -> entry.wasDownSince(began) || at.wasDownSince(began);
            case "the homebase is not reached" -> world.network.wasCutSince(entry.popId(), home, began);
            case "the homebase does not answer" -> world.site(home).wasDownSince(began - LEARNED);
            case "the instance died", "the instance does not accept" ->
                connection.on != null && crashed.contains(connection.on);
            case "waited too long" ->
                felt(at, connection.entry.appId()) || at.wasDownSince(began) || world.scenario.failing() > 0;
            default ->
                atItsLimit(why)
                        || (why.startsWith("refused")
                                && (felt(entry, connection.entry.appId()) || felt(at, connection.entry.appId())));
        };
    }

    private PopId homebase(Connection connection) {
        Placement placement = connection.entry.state().placement();
        if (placement instanceof Placement.Relay relay) {
            return relay.homebase();
        }
        return placement instanceof Placement.Serve serve
                ? serve.homebase()
                : connection.entry.site().popId();
    }

    private boolean felt(SimulatedSite site, AppId app) {
        Long failed = startFailures.get(site.popId() + "/" + app);
        return failed != null && world.time.nanos() - failed < FELT;
    }
}
