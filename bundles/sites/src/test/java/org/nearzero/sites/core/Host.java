package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.SHOP;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.PointOfPresence.Availability;

/** One site of a {@link Network}: its disk, and an orchestrator of few words. */
final class Host {
    private static final Duration BOOT = Duration.ofSeconds(2);

    final PopId pop;
    final Map<String, Kept> disk = new TreeMap<>();
    Site site;
    Placement placement;
    int sessions;
    boolean broken;

    /** How many effects are still carried out before it crashes. */
    int crashAfter = Integer.MAX_VALUE;

    private final Network network;
    private final int number;
    private long incarnation;
    private Instant startsAt = Times.FOREVER;
    private Instant readyAt = Times.FOREVER;
    private boolean ready;
    private PopId lastHomebase;
    private long lastEpoch;

    Host(Network network, int number) {
        this.network = network;
        this.number = number;
        this.pop = Given.pop(number);
    }

    void start() {
        startsAt = Times.FOREVER;
        site = new Site(
                SiteSettings.DEFAULT, Given.member(number, ++incarnation), List.copyOf(disk.values()), network.now());
        // The orchestrator has gone down as well and knows nothing; its instances have gone on.
        placement = null;
        execute(site.start(network.now()));
        work();
        observe();
    }

    void crash(Duration away) {
        site = null;
        crashAfter = Integer.MAX_VALUE;
        startsAt = network.now().plus(away);
    }

    Instant wakeAt() {
        return site == null ? startsAt : Times.earlier(site.wakeAt(), readyAt);
    }

    void wake() {
        if (site == null) {
            if (Times.reached(startsAt, network.now())) {
                start();
            }
            return;
        }
        if (Times.reached(readyAt, network.now())) {
            readyAt = Times.FOREVER;
            ready = placement instanceof Placement.Serve && !broken && sessions > 0;
            observe();
        }
        on(SiteEvent.WOKEN);
        if (site != null) {
            assertTrue(site.wakeAt().isAfter(network.now()), "wakes at once, again and again");
        }
    }

    void on(SiteEvent event) {
        if (site != null) {
            execute(site.on(event, network.now()));
        }
    }

    /** The users are that many from now on. */
    void sessions(int number) {
        sessions = number;
        work();
        observe();
    }

    void observe() {
        boolean starting = !ready && !readyAt.equals(Times.FOREVER) && placement instanceof Placement.Serve;
        String condition = broken && placement instanceof Placement.Serve && !ready && !starting ? "broken" : "";
        boolean local = ready && placement instanceof Placement.Serve;
        on(new SiteEvent.Observed(
                SHOP,
                sessions,
                sessions,
                local ? sessions : 0,
                local ? 0 : sessions,
                ready ? 1 : 0,
                starting ? 1 : 0,
                condition));
    }

    /** Starts or stops, as placement and users ask for; what is under way ends first. */
    private void work() {
        boolean wanted = placement instanceof Placement.Serve && sessions > 0;
        if (wanted != ready && readyAt.equals(Times.FOREVER)) {
            readyAt = network.now().plus(BOOT);
        }
    }

    void execute(List<Effect> effects) {
        List<Effect> first = new ArrayList<>(effects);
        for (int i = 0; i < first.size() && site != null; i++) {
            if (crashAfter-- <= 0) {
                crash(Duration.ofSeconds(3));
                return;
            }
            execute(first.get(i), i);
        }
    }

    private void execute(Effect effect, int index) {
        if (effect instanceof Effect.Persist persist) {
            assertEquals(0, index, "written first");
            persist.changes().forEach(this::write);
        } else if (effect instanceof Effect.Place place) {
            placement = place.placement();
            work();
            observe();
        } else if (effect instanceof Effect.Remove) {
            placement = null;
            work();
        } else if (effect instanceof Effect.Send send) {
            network.send(this, send.peer(), true);
        }
    }

    private void write(Change change) {
        String key = change.table().tableName() + " " + change.key();
        if (change.value().isEmpty()) {
            disk.remove(key);
            return;
        }
        Kept before = disk.put(key, change.value().get());
        if (network.bySessionsAlone
                && before instanceof ShareRecord was
                && change.value().get() instanceof ShareRecord is
                && was.wanted() != is.wanted()) {
            Instant cool = Times.later(was.decidedAt(), Network.POLICY.cooldown());
            assertFalse(is.decidedAt().isBefore(cool), "decided at " + was.decidedAt() + " and " + is.decidedAt());
        }
    }

    /** Nothing leaves that is not on the disk. */
    void checkWritten(SyncMessage message) {
        for (Assignment assignment : message.assignments().items()) {
            ShareRecord share = (ShareRecord) disk.get("shares " + SHOP + "/" + assignment.popId());
            assertEquals(Optional.of(assignment), share.assignment(), "sent before it was written");
        }
        for (Offer offer : message.offers().items()) {
            assertEquals(offer, ((HomebaseRecord) disk.get("homebases " + SHOP)).offer());
        }
    }

    /** Within one homebase epochs never go back here. */
    void checkEpoch() {
        FollowerRecord kept = (FollowerRecord) disk.get("followers " + SHOP);
        if (kept == null) {
            return;
        }
        if (kept.homebase().equals(lastHomebase)) {
            assertTrue(kept.epoch() >= lastEpoch, "epoch " + kept.epoch() + " after " + lastEpoch);
        }
        lastHomebase = kept.homebase();
        lastEpoch = kept.epoch();
    }

    boolean openToAll() {
        return site.pops(network.now()).stream().allMatch(p -> p.availability() == Availability.ACTIVE);
    }
}
