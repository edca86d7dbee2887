package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.Placement;

/**
 * The laws on where connections go, and when they are cut. Reckoned from what the site was told alone, not from what its state
 * says of it.
 */
final class SiteLaws {
    private final SimulatedSite site;
    private Placement placement = Placement.HOMEBASE;
    private Placement before = Placement.HOMEBASE;
    private Instant placedAt = Instant.MIN;
    private boolean served = true;
    private Instant relayedUntil = Instant.MIN;

    private Routes routes;
    private int refused;

    SiteLaws(SimulatedSite site) {
        this.site = site;
    }

    void placed(Placement next) {
        if (!next.getClass().equals(placement.getClass())) {
            placedAt = site.now();
        }
        before = placement;
        placement = next;
    }

    void routed(Routes next) {
        site.check(routes == null || next.revision() > routes.revision(), "routes of an old revision");
        boolean open = open(next) > 0;
        boolean relay = next.otherwise() instanceof Routes.Relay;
        site.check(!open || !relay, "one route both serves and relays: " + next);
        site.check(!relay || !(placement instanceof Placement.Homebase), "the homebase relays");
        site.check(!open || !(placement instanceof Placement.Relay), "is open though everything is relayed");
        boolean relays = relay || (!open && !(placement instanceof Placement.Homebase));
        site.check(!relays || relay || doors(placement).isEmpty(), "neither serves nor relays: " + next);
        if (!relays && !served) {
            relayedUntil = site.now().plus(drain(placement instanceof Placement.Homebase ? before : placement));
        }
        served = !relays;
        routes = next;
    }

    /** Those that were refused were refused for want of anywhere to go. */
    void refused(int total) {
        if (total > refused) {
            site.check(doors(placement).isEmpty(), "refused though there is a relay");
            site.check(
                    routes.targets().stream()
                            .noneMatch(t -> t.admission() == Routes.Admission.OPEN
                                    && site.ingress.on(site.appId(), t.appInstanceId())
                                            < routes.maxConnectionsPerInstance()),
                    "refused though an instance has room");
        }
        refused = total;
    }

    void breaksRelayed() {
        if (site.state.deleting()) {
            site.check(!site.now().isBefore(site.state.deleteBy()), "broke relayed connections before the end");
            return;
        }
        site.check(served, "broke connections that have nowhere else to go");
        site.check(!site.now().isBefore(relayedUntil), "broke relayed connections before the drain limit");
    }

    boolean isServedHere() {
        return served;
    }

    /** Whether the time of what runs here though everything is relayed is over. */
    boolean drained() {
        return placement instanceof Placement.Relay relay && !site.now().isBefore(placedAt.plus(relay.drain()));
    }

    /** No plan takes the last open target away while something waits or runs and nothing takes its place. */
    void makeBeforeBreak(Event event, Routes was, AppState after) {
        boolean planned = event instanceof Event.Decided || event instanceof Event.RetireAnswered;
        if (planned && open(was) > 0 && open(after.routes()) == 0 && !after.deleting()) {
            boolean noRoom = after.room() <= 0;
            site.check(
                    after.desired().instances() == 0 || noRoom,
                    "closed the last open instance though " + after.desired() + " is desired");
            boolean parks = after.routes().otherwise() instanceof Routes.Park;
            boolean away = !(placement instanceof Placement.Homebase);
            site.check(parks || away || after.backoff().blocks(site.now()), "did not park before zero");
        }
    }

    private static long open(Routes routes) {
        return routes.targets().stream()
                .filter(t -> t.admission() == Routes.Admission.OPEN)
                .count();
    }

    private static List<Endpoint> doors(Placement placement) {
        return placement instanceof Placement.Serve serve
                ? serve.doors()
                : placement instanceof Placement.Relay relay ? relay.doors() : List.of();
    }

    private static Duration drain(Placement placement) {
        return placement instanceof Placement.Serve serve
                ? serve.drain()
                : placement instanceof Placement.Relay relay ? relay.drain() : Duration.ZERO;
    }
}
