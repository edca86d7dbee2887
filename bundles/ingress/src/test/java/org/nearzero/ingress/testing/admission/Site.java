package org.nearzero.ingress.testing.admission;

import static org.awaitility.Awaitility.await;

import java.lang.reflect.Field;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.time.SteadyClock;
import org.nearzero.ingress.internal.IngressSettings;
import org.nearzero.ingress.internal.Limits;
import org.nearzero.ingress.internal.Network;
import org.nearzero.ingress.internal.Peering;
import org.nearzero.ingress.internal.Timeouts;
import org.nearzero.ingress.internal.UndertowIngress;

/** An ingress that listens on a free port. Closing it closes the ingress. */
public final class Site implements AutoCloseable {
    /** For conditions that come true by themselves; far more than any needs. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the ingress tells the time by; that of the machine may be set while a test runs. */
    public static final Clock CLOCK = SteadyClock.ofThisProcess();

    /** Two, so that connections meet across threads whatever the machine has. */
    private static final Limits LIMITS = new Limits(2, 32 << 10, 100, 0, 0);

    private final UndertowIngress ingress;
    private final Queue<DeviceConnection> connections = new ConcurrentLinkedQueue<>();

    private Site(IngressSettings settings) {
        ingress = new UndertowIngress(settings, CLOCK);
        ingress.start();
    }

    /** One of several of an operator's, with a door for the others. */
    public static Site proving(PeerSecurity security) {
        return proving(security, Peering.at("127.0.0.1", 0), timeouts(Duration.ofMinutes(10), Duration.ofMillis(100)));
    }

    /** The same, set up as a test wants it. */
    public static Site proving(PeerSecurity security, Peering peering, Timeouts timeouts) {
        Site site = new Site(settings(0, timeouts).with(peering));
        site.ingress.addPeerSecurity(security);
        return site;
    }

    /** Where other sites connect to. */
    public Endpoint door() {
        return ingress.peerDoor().orElseThrow();
    }

    /** With timeouts that no test meets. */
    public static Site start() {
        return start(timeouts(Duration.ofMinutes(10), Duration.ofMillis(100)));
    }

    /** With the given timeouts. */
    public static Site start(Timeouts timeouts) {
        return new Site(settings(0, timeouts));
    }

    /** One to which every client on this machine is a trusted peer. */
    public static Site trusting() {
        return trusting(timeouts(Duration.ofMinutes(10), Duration.ofMillis(100)));
    }

    /** The same with the given timeouts. */
    public static Site trusting(Timeouts timeouts) {
        IngressSettings settings = settings(0, timeouts);
        return new Site(new IngressSettings(
                settings.host(), 0, List.of(Network.of("127.0.0.0/8")), settings.limits(), timeouts, Duration.ZERO));
    }

    /** What a test starts an ingress with by itself. */
    public static IngressSettings settings(int port, Timeouts timeouts) {
        return new IngressSettings("127.0.0.1", port, List.of(), LIMITS, timeouts, Duration.ZERO);
    }

    /** All timeouts the same, but for the drain time. */
    public static Timeouts timeouts(Duration all, Duration drain) {
        return new Timeouts(all, all, all, Duration.ofSeconds(30), all, all, all, all, drain);
    }

    public UndertowIngress ingress() {
        return ingress;
    }

    public Endpoint endpoint() {
        return ingress.endpoints().get(0);
    }

    public Site route(RouteSheet sheet) {
        ingress.route(sheet.routes());
        return this;
    }

    /** A device connects. Its connection is held here as well: one that nobody holds is closed by the collector. */
    public DeviceConnection connect() {
        DeviceConnection connection = new DeviceConnection(endpoint());
        connections.add(connection);
        return connection;
    }

    /** One request on a connection of its own. */
    public Response get(String path, String... fields) {
        try (DeviceConnection device = connect()) {
            return device.get(path, fields).response();
        }
    }

    /** One request to another host on a connection of its own. */
    public Response getAt(String host, String path) {
        try (DeviceConnection device = connect()) {
            return device.send(DeviceConnection.headAt(host, "GET", path)).response();
        }
    }

    public Demand demand() {
        return ingress.demand(RouteSheet.shop().app());
    }

    /** Waits until the demand for the shop is as it should be; the failure shows the last one. */
    public Demand awaitDemand(Predicate<Demand> expected) {
        return await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(this::demand, expected);
    }

    /** Waits until so many are relayed, and nobody is on an instance or waits. */
    public Demand awaitRelayed(int relayed) {
        return awaitDemand(demand -> demand.relayed() == relayed && demand.connections() == 0);
    }

    /** Waits until so many are in flight, and so many wait. */
    public Demand awaitDemand(int inFlight, int waiting) {
        return awaitDemand(demand -> demand.inFlight() == inFlight && demand.waiting() == waiting);
    }

    /** Devices' connections that the HTTP listener holds on to. Undertow tells nobody, so that this looks into it. */
    public int deviceConnections() {
        return size(held(held(ingress, "listener", "http"), "connections"));
    }

    /** Connections of other sites over HTTP/1.1, in the same way. */
    public int peerConnections() {
        Object http = held(ingress, "listener", "peerListener", "protocols", "http");
        return size(held(http, "connections"));
    }

    private static int size(Object collection) {
        return ((Collection<?>) collection).size();
    }

    private static Object held(Object by, String... names) {
        try {
            Object held = by;
            for (String name : names) {
                Field field = held.getClass().getDeclaredField(name);
                field.setAccessible(true);
                held = field.get(held);
            }
            return held;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ingress.close();
    }
}
