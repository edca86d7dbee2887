package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.sites.core.Member;

/** One run: trouble for a while, then peace, in which everything has to come right; then the users leave, and nothing may be left. */
final class Run {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration SAMPLED = Duration.ofSeconds(5);
    private static final Duration CALM_DOWN = Duration.ofMinutes(7); // longer than any back-off
    private static final Duration PEACE = Duration.ofMinutes(2);
    private static final Duration LEAVING = Duration.ofMinutes(4);

    /**
     * What came of it.
     *
     * @param requests made
     * @param failed of them, each with an excuse
     * @param local served where they came in
     * @param relayed served by the homebase
     * @param migrations begun
     * @param happened steps of virtual time
     */
    record Outcome(long requests, long failed, long local, long relayed, int migrations, long happened) {}

    private final World world;
    private final Scenario scenario;
    private final List<User> users = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();

    Run(long seed) {
        this(seed, Scenario.of(seed));
    }

    Run(long seed, Scenario scenario) {
        this.scenario = scenario;
        this.world = new World(seed, scenario);
    }

    World world() {
        return world;
    }

    /** @throws LawBrokenException if a law does not hold */
    Outcome go() {
        build();
        world.laws.trouble(true);
        world.network.conditions(scenario.network());
        world.failing(scenario.failing());
        long steps = scenario.trouble().dividedBy(STEP);
        for (long i = 0; i < steps; i++) {
            stir();
            pass(STEP);
        }
        comeRight();
        return new Outcome(
                world.laws.requests(),
                world.laws.failures(),
                world.laws.local(),
                world.laws.relayed(),
                world.laws.migrationsMade(),
                world.time.happened());
    }

    private void build() {
        scenario.eachSite().forEach(i -> {
            PopId pop = new PopId("pop-" + i);
            world.sites.put(pop, new SimulatedSite(world, pop, i));
        });
        List<Member> all =
                world.sites.values().stream().map(SimulatedSite::asMember).toList();
        world.sites
                .values()
                .forEach(site -> site.start(all.stream()
                        .filter(m -> !m.popId().equals(site.popId()))
                        .toList()));
        pass(Duration.ofSeconds(5));
        PopId[] pops = world.sites.keySet().toArray(PopId[]::new);
        for (int i = 0; i < scenario.applications(); i++) {
            Application application = scenario.application(i, world.seed);
            applications.add(application);
            world.site(pops[i % pops.length]).apply(application);
        }
        pass(Duration.ofSeconds(10));
        for (Application application : applications) {
            for (int i = 0; i < scenario.users(); i++) {
                PopId place = pops[world.random.nextInt(pops.length)];
                users.add(new User(world, application.appId(), application.appId() + "-" + i, place));
            }
        }
    }

    /** Something goes wrong, now and then. */
    private void stir() {
        List<SimulatedSite> sites = List.copyOf(world.sites.values());
        if (chance(scenario.partitions())) {
            PopId a = any(sites).popId();
            PopId b = any(sites).popId();
            if (!a.equals(b) && !world.network.isCut(a, b)) {
                world.note("cut " + a + " from " + b);
                world.network.cut(a, b);
                world.time.afterNanos(world.between(1_000, 90_000), () -> {
                    world.note("mend " + a + " and " + b);
                    world.network.mend(a, b);
                });
            }
        }
        if (chance(scenario.crashes())) {
            SimulatedSite site = any(sites);
            if (site.isUp()) {
                site.crashAndRestart();
            }
        }
        if (scenario.failing() > 0 && chance(6 * scenario.failing())) {
            SimulatedSite site = any(sites);
            List<DriverInstance> running = site.engine().all();
            if (!running.isEmpty()) {
                crash(site, running.get(world.random.nextInt(running.size())));
            }
        }
    }

    private void crash(SimulatedSite site, DriverInstance instance) {
        world.laws.instanceCrashed(instance.appInstanceId());
        Optional<DriverInstance> dead = site.engine().crash(instance.appInstanceId());
        SimulatedApplication its = site.application(instance.appId());
        if (dead.isPresent() && its != null) {
            world.note(instance.appInstanceId() + " dies");
            world.laws.startFailed(its); // one that dies young counts as a failed start
            its.crashed(dead.get());
        }
    }

    /** @param perMinute how often, about */
    private boolean chance(double perMinute) {
        return world.random.nextDouble() < perMinute / 60;
    }

    private SimulatedSite any(List<SimulatedSite> sites) {
        return sites.get(world.random.nextInt(sites.size()));
    }

    private void pass(Duration duration) {
        Duration left = duration;
        while (left.compareTo(SAMPLED) > 0) {
            world.time.pass(SAMPLED);
            world.history.sample(world);
            left = left.minus(SAMPLED);
        }
        world.time.pass(left);
        world.history.sample(world);
    }

    private void comeRight() {
        world.note("peace");
        world.laws.trouble(false);
        world.failing(0);
        world.network.conditions(Network.Conditions.FINE);
        world.network.mendAll();
        users.forEach(User::settle);
        pass(CALM_DOWN);
        world.laws.allMustSucceed();
        pass(PEACE);
        applications.forEach(this::settled);
        users.forEach(User::leave);
        pass(LEAVING);
        applications.forEach(this::left);
    }

    private void require(boolean law, String otherwise) {
        if (!law) {
            throw world.laws.broken(otherwise);
        }
    }

    /** All sites are of one mind about an application, and it is the right one. */
    private void settled(Application application) {
        AppId app = application.appId();
        SimulatedSite home = homebase(app);
        Deployment deployment = home.site().deployment(app).orElseThrow();
        MigrationPolicy policy = application.policy().migration().orElseThrow();
        int serving = 0;
        for (SimulatedSite site : world.sites.values()) {
            if (site == home) {
                require(
                        placement(site, app) instanceof Placement.Homebase,
                        app + ": " + site.popId() + " is no homebase");
                continue;
            }
            Role role = role(deployment, site.popId());
            boolean serves = placement(site, app) instanceof Placement.Serve;
            require(
                    serves == (role == Role.SERVE),
                    app + ": " + site.popId() + " is told to " + role + " and does " + placement(site, app));
            serving += serves ? 1 : 0;
            int sessions = site.application(app).gate().sessions();
            int told = told(deployment, site.popId());
            require(
                    sessions == told,
                    app + ": " + site.popId() + " has " + sessions + " sessions, the homebase knows " + told);
        }
        for (SimulatedSite site : world.sites.values()) {
            if (site != home) {
                int sessions = site.application(app).gate().sessions();
                boolean serves = placement(site, app) instanceof Placement.Serve;
                require(
                        serves || sessions < policy.sessionThreshold() || serving >= policy.maxServingPops(),
                        app + ": " + site.popId() + " relays " + sessions + " sessions");
                require(
                        !serves || sessions > policy.returnThreshold(),
                        app + ": " + site.popId() + " serves " + sessions + " sessions");
            }
        }
        for (Migration migration : deployment.migrations()) {
            require(migration.state().over(), migration.migrationId() + " does not end: " + migration.state());
        }
        onlyWhatIsWanted();
    }

    private void onlyWhatIsWanted() {
        for (SimulatedSite site : world.sites.values()) {
            for (DriverInstance running : site.engine().all()) {
                SimulatedApplication its = site.application(running.appId());
                require(
                        its != null && its.knows(running.appInstanceId()),
                        site.popId() + " runs " + running.appInstanceId() + ", which nobody knows");
            }
        }
    }

    /** Nobody is left, and nothing. */
    private void left(Application application) {
        AppId app = application.appId();
        Deployment deployment = homebase(app).site().deployment(app).orElseThrow();
        for (SimulatedSite site : world.sites.values()) {
            require(
                    site.engine().list(app).isEmpty(),
                    site.popId() + " runs " + site.engine().list(app).size() + " of " + app + " with nobody there");
            require(
                    role(deployment, site.popId()) == Role.RELAY,
                    app + ": " + site.popId() + " serves with nobody there");
        }
    }

    private SimulatedSite homebase(AppId app) {
        for (SimulatedSite site : world.sites.values()) {
            require(site.isUp(), site.popId() + " is down");
        }
        PopId home =
                world.sites.values().iterator().next().site().homebaseOf(app).orElseThrow();
        return world.site(home);
    }

    private Placement placement(SimulatedSite site, AppId app) {
        SimulatedApplication its = site.application(app);
        require(its != null, site.popId() + " does not know " + app);
        return its.state().placement();
    }

    private static Role role(Deployment deployment, PopId pop) {
        return deployment.assignments().stream()
                .filter(a -> a.popId().equals(pop))
                .map(Assignment::role)
                .findFirst()
                .orElse(Role.RELAY);
    }

    private static int told(Deployment deployment, PopId pop) {
        return deployment.reports().stream()
                .filter(r -> r.popId().equals(pop))
                .mapToInt(SiteReport::sessions)
                .findFirst()
                .orElse(0);
    }

    Instant now() {
        return world.now();
    }
}
