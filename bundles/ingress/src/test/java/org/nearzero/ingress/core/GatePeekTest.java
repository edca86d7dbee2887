package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.RouteMatch;

class GatePeekTest {
    private static final AppId SHOP = new AppId("shop");
    private static final AppInstanceId ONE = new AppInstanceId("shop.1");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private int rung;
    private final Gate gate = new Gate(SHOP, new Surroundings() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public Instance instance(AppId app, Routes.Target target, int limit) {
            return new Instance(target, limit);
        }

        @Override
        public Instance relay(AppId app, Routes.Relay relay) {
            return new Instance(relay);
        }

        @Override
        public int maxRelayed() {
            return 1;
        }

        @Override
        public void demandChanged(AppId app) {
            rung++;
        }

        @Override
        public void happened(Kind kind, AppId app, String device, Instance instance, long nanos) {}

        @Override
        public void wakeAt(Gate of, long nanos) {}
    });

    private static final class Connection extends Ticket {
        @Override
        protected String device() {
            return "phone";
        }

        @Override
        protected long weight() {
            return 100;
        }

        @Override
        protected void admitted() {}

        @Override
        protected void refused(Refusal refusal) {}
    }

    private Connection arrives() {
        Connection connection = new Connection();
        gate.arrive(connection, 0);
        return connection;
    }

    private void openForTwo() {
        gate.route(new Routes(
                SHOP,
                1,
                List.of(new RouteMatch("shop.example", "/")),
                2,
                QueuePolicy.DEFAULT,
                Duration.ofMinutes(1),
                List.of(new Routes.Target(ONE, new Endpoint("127.0.0.1", 1), Routes.Admission.OPEN)),
                new Routes.Park()));
    }

    @Test
    void countsWhatThereIs() {
        openForTwo();
        arrives();
        arrives();
        arrives();
        assertEquals(new Demand(SHOP, 2, 1, 100, 1, 1, Map.of(ONE, 2), List.of()), gate.peek());
    }

    @Test
    void doesNotArmTheBellAgain() {
        openForTwo();
        arrives();
        arrives();
        arrives();
        assertEquals(1, rung);
        gate.peek();
        arrives();
        assertEquals(1, rung);
        gate.demand();
        arrives();
        assertEquals(2, rung);
    }

    @Test
    void leavesThePeakToWhoeverDecides() {
        openForTwo();
        Connection first = arrives();
        Connection second = arrives();
        gate.release(first, 0);
        gate.release(second, 0);
        gate.peek();
        assertEquals(List.of(new Peak(2, NOW)), gate.demand().recent());
    }
}
