package org.nearzero.ingress.testing.http;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.ingress.internal.IngressSettings;
import org.nearzero.ingress.internal.Limits;
import org.nearzero.ingress.internal.Network;
import org.nearzero.ingress.internal.Timeouts;
import org.nearzero.ingress.internal.UndertowIngress;
import org.nearzero.ingress.testing.admission.Site;

/**
 * An ingress on a free port with one application, {@code app.test}. When it is closed every slot must be free again, and nobody
 * may have complained in a log.
 */
public final class IngressFixture implements AutoCloseable {
    public static final AppId APP = new AppId("app");
    public static final String HOST = "app.test";

    /** For conditions that come true by themselves; far more than any needs. */
    public static final Duration PATIENCE = Site.PATIENCE;

    private final Complaints complaints = new Complaints();
    private final List<String> suspicions = new CopyOnWriteArrayList<>();
    private final UndertowIngress ingress;

    private IngressFixture(Setup setup) {
        ingress = new UndertowIngress(setup.settings(), Clock.systemUTC());
        ingress.watch(new DemandListener() {
            @Override
            public void demandChanged(AppId app) {}

            @Override
            public void suspected(AppId app, AppInstanceId instance, String reason) {
                suspicions.add(instance + ": " + reason);
            }
        });
        ingress.route(setup.routes());
        ingress.start();
    }

    /** With the defaults, on one I/O thread, so that a test knows which idle connection is used next. */
    public static IngressFixture to(RawBackend... backends) {
        return with().start(backends);
    }

    public static Setup with() {
        return new Setup();
    }

    /** What a test may want otherwise. */
    public static final class Setup {
        private final List<Network> trusted = new ArrayList<>();
        private final List<Endpoint> endpoints = new ArrayList<>();
        private Duration header = Timeouts.DEFAULT.header();
        private Duration keepAlive = Timeouts.DEFAULT.keepAlive();
        private Duration body = Timeouts.DEFAULT.body();
        private Duration connect = Duration.ofSeconds(30); // a busy machine may take more than the default
        private Duration response = Timeouts.DEFAULT.response();
        private Duration write = Timeouts.DEFAULT.write();
        private Limits limits = new Limits(1, 32 << 10, 100, 0, 50);
        private int maxConnections = 100;
        private Duration settle = Duration.ZERO;

        public Setup trusting(String network) {
            trusted.add(Network.of(network));
            return this;
        }

        public Setup headerTimeout(Duration timeout) {
            header = timeout;
            return this;
        }

        public Setup keepAlive(Duration timeout) {
            keepAlive = timeout;
            return this;
        }

        public Setup bodyTimeout(Duration timeout) {
            body = timeout;
            return this;
        }

        public Setup connectTimeout(Duration timeout) {
            connect = timeout;
            return this;
        }

        public Setup responseTimeout(Duration timeout) {
            response = timeout;
            return this;
        }

        public Setup writeTimeout(Duration timeout) {
            write = timeout;
            return this;
        }

        public Setup limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        public Setup settle(Duration time) {
            settle = time;
            return this;
        }

        public Setup maxConnections(int perInstance) {
            maxConnections = perInstance;
            return this;
        }

        public IngressFixture start(RawBackend... backends) {
            for (RawBackend backend : backends) {
                endpoints.add(backend.endpoint());
            }
            return new IngressFixture(this);
        }

        public IngressFixture start(Endpoint... others) {
            endpoints.addAll(List.of(others));
            return new IngressFixture(this);
        }

        private IngressSettings settings() {
            Timeouts rest = Timeouts.DEFAULT;
            return new IngressSettings(
                    "127.0.0.1",
                    0,
                    trusted,
                    limits,
                    new Timeouts(
                            header,
                            keepAlive,
                            body,
                            connect,
                            response,
                            write,
                            rest.upstreamIdle(),
                            rest.halfClosed(),
                            rest.drain()),
                    settle);
        }

        private Routes routes() {
            List<Target> targets = new ArrayList<>();
            for (int i = 0; i < endpoints.size(); i++) {
                targets.add(new Target(new AppInstanceId("app." + i), endpoints.get(i), Admission.OPEN));
            }
            return new Routes(
                    APP,
                    1,
                    List.of(new RouteMatch(HOST, "/"), new RouteMatch("*", "/app")),
                    maxConnections,
                    QueuePolicy.DEFAULT,
                    Duration.ofSeconds(30),
                    targets,
                    new Routes.Park());
        }
    }

    public UndertowIngress ingress() {
        return ingress;
    }

    public Demand demand() {
        return ingress.demand(APP);
    }

    /** The instances that the ingress suspected to be gone, each with the reason. */
    public List<String> suspicions() {
        return List.copyOf(suspicions);
    }

    public RawClient client() throws IOException {
        return new RawClient(port());
    }

    /** One request on a connection of its own. */
    public Message exchange(String request) throws IOException {
        try (RawClient client = client()) {
            return client.send(request).response();
        }
    }

    public int port() {
        return ingress.endpoints().get(0).port();
    }

    /** Waits until nobody has a slot. */
    public void awaitFree() {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> demand().connections() == 0);
    }

    @Override
    public void close() {
        try (complaints) {
            awaitFree();
            ingress.close();
            if (!complaints.heard().isEmpty()) {
                throw new AssertionError("logged: " + complaints.heard());
            }
        }
    }
}
