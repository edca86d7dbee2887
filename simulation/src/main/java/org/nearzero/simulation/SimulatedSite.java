package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.sites.core.Change;
import org.nearzero.sites.core.Effect;
import org.nearzero.sites.core.HomebaseRecord;
import org.nearzero.sites.core.Kept;
import org.nearzero.sites.core.Member;
import org.nearzero.sites.core.ShareRecord;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;
import org.nearzero.sites.core.SiteSettings;
import org.nearzero.sites.core.SyncMessage;
import org.nearzero.sites.core.Timing;

/** One site: the real site logic, with its disk, its engine, its applications and its line to the others played. */
final class SimulatedSite {
    /** As they are by default, but for back-offs that end sooner: the way is the same, and a run is shorter. */
    private static final SiteSettings SETTINGS = new SiteSettings(
            SiteSettings.DEFAULT.heartbeat(),
            SiteSettings.DEFAULT.missed(),
            SiteSettings.DEFAULT.gossip(),
            SiteSettings.DEFAULT.deleteDrain(),
            new Timing(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(40)));

    private final World world;
    private final PopId popId;
    private final ZoneId zone;
    private final List<Endpoint> doors;
    private final SimulatedEngine engine;
    private final Map<String, Kept> disk = new TreeMap<>();
    private final Map<AppId, SimulatedApplication> applications = new LinkedHashMap<>();
    private final Map<PopId, Object> underWay = new HashMap<>();
    private final Map<PopId, Boolean> again = new HashMap<>();
    private long incarnation;
    private int instances;
    private Site site;
    private Instant alarm = Instant.MAX;
    private long upSince;
    private long downSince = Long.MIN_VALUE;

    SimulatedSite(World world, PopId popId, int number) {
        this.world = world;
        this.popId = popId;
        this.zone = new ZoneId("zone-" + number);
        this.doors = List.of(new Endpoint(popId.value(), 8443));
        this.engine = new SimulatedEngine(world);
    }

    PopId popId() {
        return popId;
    }

    SimulatedEngine engine() {
        return engine;
    }

    boolean isUp() {
        return site != null;
    }

    /** Whether it was down at any time since. */
    boolean wasDownSince(long nanos) {
        return !isUp() || (downSince != Long.MIN_VALUE && upSince >= nanos);
    }

    long upSinceNanos() {
        return upSince;
    }

    Site site() {
        return site;
    }

    SimulatedApplication application(AppId app) {
        return applications.get(app);
    }

    Map<AppId, SimulatedApplication> applications() {
        return applications;
    }

    AppInstanceId nextInstance() {
        return new AppInstanceId(popId + "." + Integer.toString(instances++, 36));
    }

    /** Starts, or starts again with what is on its disk. The first time it is told of the others, as a static list would. */
    void start(List<Member> others) {
        incarnation++;
        upSince = world.time.nanos();
        Member self = Member.of(popId, zone, doors, List.of(), incarnation);
        others.forEach(other -> disk.putIfAbsent(other.table() + "/" + other.key(), other));
        site = new Site(SETTINGS, self, List.copyOf(disk.values()), world.now());
        run(site.start(world.now()));
        engine.all().forEach(this::unknownRuns);
    }

    Member asMember() {
        return Member.of(popId, zone, doors, List.of(), 0);
    }

    /** {@code kill -9}. */
    void crash() {
        world.note("kill " + popId);
        site = null;
        downSince = world.time.nanos();
        List.copyOf(applications.values()).forEach(SimulatedApplication::die);
        applications.clear();
        underWay.clear();
        again.clear();
        alarm = Instant.MAX;
    }

    void apply(Application application) {
        run(site.on(new SiteEvent.Apply(application), world.now()));
    }

    void on(SiteEvent event) {
        run(site.on(event, world.now()));
    }

    void observed(SiteEvent.Observed seen) {
        if (isUp()) {
            run(site.on(seen, world.now()));
        }
    }

    void forget(SimulatedApplication gone) {
        applications.remove(gone.appId(), gone);
    }

    /** Something runs that nobody here may know: given a while for its application to be placed, it is taken over or stopped. */
    void unknownRuns(DriverInstance running) {
        long mine = incarnation;
        world.time.afterNanos(30_000_000_000L, () -> {
            if (isUp() && incarnation == mine && engine.has(running.appInstanceId())) {
                SimulatedApplication its = applications.get(running.appId());
                if (its == null) {
                    engine.remove(running.appInstanceId());
                } else if (!its.knows(running.appInstanceId())) {
                    its.listed();
                }
            }
        });
    }

    private void run(List<Effect> effects) {
        long mine = incarnation;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                persist.changes().forEach(this::write);
                if (world.laws.diesAfterWriting()) {
                    crashAndRestart();
                    return;
                }
            } else if (effect instanceof Effect.Place place) {
                place(place.application(), place.placement());
            } else if (effect instanceof Effect.Remove remove) {
                SimulatedApplication its = applications.get(remove.appId());
                if (its != null) {
                    its.delete(remove.drain());
                }
            } else if (effect instanceof Effect.Send send) {
                send(send.peer());
            } else if (effect instanceof Effect.Tell tell) {
                world.laws.migration(this, tell.migration());
                world.history.migration(world, tell.migration());
            }
        }
        if (isUp() && incarnation == mine) {
            setAlarm();
        }
    }

    void crashAndRestart() {
        crash();
        world.time.afterNanos(world.between(100, 10_000), () -> start(List.of()));
    }

    private void write(Change change) {
        String key = change.table() + "/" + change.key();
        if (change.value().isEmpty()) {
            disk.remove(key);
            return;
        }
        Kept now = change.value().get();
        world.laws.written(this, disk.put(key, now), now);
        if (now instanceof ShareRecord share) {
            checkServing(share);
        }
    }

    private void checkServing(ShareRecord changed) {
        String own = changed.table() + "/" + changed.appId().value() + "/";
        long serving = disk.entrySet().stream()
                .filter(e -> e.getKey().startsWith(own))
                .filter(e -> ((ShareRecord) e.getValue()).role() == Role.SERVE)
                .count();
        if (disk.get(Kept.Table.HOMEBASES + "/" + changed.appId().value()) instanceof HomebaseRecord record) {
            record.application()
                    .flatMap(app -> app.policy().migration())
                    .ifPresent(policy -> world.laws.serving(this, changed.appId(), serving, policy.maxServingPops()));
        }
    }

    private void place(Application application, Placement placement) {
        SimulatedApplication its = applications.get(application.appId());
        if (its == null) {
            applications.put(application.appId(), new SimulatedApplication(world, this, application, placement));
        } else {
            its.place(application, placement);
        }
    }

    private void setAlarm() {
        Instant at = site.wakeAt();
        if (at.isBefore(alarm)) {
            alarm = at;
            long mine = incarnation;
            world.time.at(at, () -> {
                if (isUp() && incarnation == mine && alarm.equals(at)) {
                    alarm = Instant.MAX;
                    run(site.on(SiteEvent.WOKEN, world.now()));
                }
            });
        }
    }

    /** One request to a peer at a time; what comes up meanwhile goes with the next. */
    private void send(PopId peer) {
        if (underWay.containsKey(peer)) {
            again.put(peer, true);
            return;
        }
        Object token = new Object();
        underWay.put(peer, token);
        long mine = incarnation;
        long sentAt = world.time.nanos();
        SyncMessage message = site.messageFor(peer, world.now());
        SimulatedSite other = world.site(peer);
        world.network.send(
                popId,
                peer,
                () -> other.request(message, answer -> {
                    if (isUp() && incarnation == mine) {
                        answered(peer, token, sentAt, answer);
                    }
                }));
        world.time.after(site.timeout(peer), () -> {
            if (isUp() && incarnation == mine && underWay.remove(peer, token)) {
                run(site.on(new SiteEvent.Unanswered(peer), world.now()));
                sendAgain(peer);
            }
        });
    }

    private void answered(PopId peer, Object token, long sentAt, SyncMessage answer) {
        boolean awaited = underWay.remove(peer, token);
        if (awaited) {
            run(site.on(new SiteEvent.Answered(peer, Duration.ofNanos(world.time.nanos() - sentAt)), world.now()));
        }
        if (isUp()) {
            run(site.received(answer, world.now())); // late and repeated ones as well: they may do no harm
        }
        if (isUp() && awaited) {
            sendAgain(peer);
        }
    }

    private void sendAgain(PopId peer) {
        if (isUp() && again.remove(peer) != null) {
            send(peer);
        }
    }

    private void request(SyncMessage message, java.util.function.Consumer<SyncMessage> answer) {
        if (!isUp()) {
            return;
        }
        long mine = incarnation;
        run(site.received(message, world.now()));
        if (isUp() && incarnation == mine) {
            SyncMessage reply = site.messageFor(message.from(), world.now());
            world.network.send(popId, message.from(), () -> answer.accept(reply));
        }
    }
}
