package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.testing.admission.Crowd;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.nearzero.ingress.testing.sites.Authority;

/** Routes change between the homebase and an instance here while devices go on as if nothing were. */
class RelayFlipTest {
    private static final int FLIPS = 20;
    private static final int DEVICES = 8;
    private static final int BETWEEN = 25;

    private final Site pop = Site.proving(Authority.operators().site("pop"));
    private final Site homebase = Site.proving(Authority.operators().site("homebase"));
    private final InstanceServer far = serving("far").forgetful();
    private final InstanceServer near = serving("near").forgetful();
    private final RouteSheet here = RouteSheet.shop().limit(4);

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger byFar = new AtomicInteger();
    private final AtomicInteger byNear = new AtomicInteger();

    RelayFlipTest() {
        homebase.route(RouteSheet.shop().limit(4).to(far.open()));
        relay();
    }

    @AfterEach
    void close() {
        pop.close();
        homebase.close();
        far.close();
        near.close();
    }

    private static InstanceServer serving(String name) {
        return InstanceServer.serving(
                name, request -> request.fields().containsKey("upgrade") ? Reply.echoing() : Reply.ok(name));
    }

    private void relay() {
        pop.route(here.to().relay(new PopId("homebase"), homebase.door()));
    }

    private void serve() {
        pop.route(here.to(near.open()).park());
    }

    private void asks() {
        try (DeviceConnection device = pop.connect()) {
            while (!stopped.get()) {
                Response response = device.send(DeviceConnection.head("POST", "/", "Content-Length: 3") + "abc")
                        .response();
                assertEquals(200, response.status(), response.text());
                (response.text().equals("far") ? byFar : byNear).incrementAndGet();
                answered.incrementAndGet();
            }
        }
    }

    private void talks() {
        while (!stopped.get()) {
            try (DeviceConnection device = pop.connect().upgrade("/", "websocket")) {
                assertEquals(101, device.response().status());
                for (int i = 0; i < 10; i++) {
                    byte[] frame = ("frame " + i).getBytes();
                    assertArrayEquals(frame, device.send(frame).read(frame.length));
                }
            }
            answered.incrementAndGet();
        }
    }

    @Test
    void noDeviceNoticesThatTheRouteFlips() throws Exception {
        Crowd crowd = Crowd.of(DEVICES, number -> {
            if (number < DEVICES - 2) {
                asks();
            } else {
                talks();
            }
        });
        for (int flip = 0; flip < FLIPS && !crowd.isDone(); flip++) {
            int until = answered.get() + BETWEEN;
            org.awaitility.Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> crowd.isDone() || answered.get() >= until);
            if (flip % 2 == 0) {
                serve();
            } else {
                relay();
            }
        }
        stopped.set(true);
        crowd.join();
        pop.awaitRelayed(0);
        homebase.awaitDemand(0, 0);
        assertTrue(byFar.get() > 0 && byNear.get() > 0, byFar + " far, " + byNear + " near");
        assertTrue(near.most() <= 4 && far.most() <= 4, "at once: " + near.most() + " near, " + far.most() + " far");
    }
}
