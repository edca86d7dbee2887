package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.nearzero.ingress.testing.sites.Authority;
import org.nearzero.ingress.testing.sites.CutLine;

/**
 * The line to the homebase is cut, and nobody is told: what was sent on a connection that was there already. A response may take ten
 * minutes; no test does.
 */
class RelaySilenceTest {
    private final Site homebase = Site.proving(Authority.operators().site("homebase"));
    private final CutLine line = new CutLine(homebase.door());
    private final Site pop = Site.proving(
            Authority.operators().site("pop"),
            new Peering("127.0.0.1", 0, Duration.ofSeconds(2), 100),
            Site.timeouts(Duration.ofMinutes(10), Duration.ofMillis(100)));
    private final RouteSheet here = RouteSheet.shop().relay(new PopId("homebase"), line.endpoint());
    private final RouteSheet there = RouteSheet.shop();
    private final InstanceServer far = InstanceServer.serving("far", request -> Reply.ok("far"));
    private final InstanceServer near = InstanceServer.serving("near", request -> Reply.ok("near"));
    private DeviceConnection device;

    @BeforeEach
    void anIdleConnectionIsThere() {
        homebase.route(there.to(far.open()));
        pop.route(here);
        device = pop.connect();
        // The first handshake of a process may take longer than this site waits.
        await().atMost(Site.PATIENCE)
                .until(() -> device.get("/").response().text().equals("far"));
    }

    @AfterEach
    void close() {
        device.close();
        pop.close();
        line.close();
        homebase.close();
        far.close();
        near.close();
    }

    @Test
    void whoWasSentInVainIsToldLongBeforeTheEndOfTheResponseTimeout() {
        line.cut(true);

        Response refused = device.get("/").response();

        assertEquals(503, refused.status());
        assertEquals("1", refused.fields().get("retry-after"));
        assertTrue(
                refused.text().contains("shop: the homebase homebase cannot be reached: " + where()), refused.text());
        pop.awaitRelayed(0);

        line.cut(false);
        await().atMost(Site.PATIENCE).until(() -> pop.get("/").status() == 200);
    }

    @Test
    void whatMayHaveBeenCarriedOutIsNeitherSentElsewhereNorSaidToBeWorthATry() {
        line.cut(true);
        device.send(DeviceConnection.head("POST", "/buy", "Content-Length: 3") + "one");
        pop.awaitRelayed(1);
        pop.route(here.to(near.open()));

        Response refused = device.response();

        assertEquals(502, refused.status());
        assertTrue(refused.text().contains("it may have had the request: " + where()), refused.text());
        assertEquals(List.of(), near.requests());
    }

    @Test
    void whatDoesNoHarmGoesToAnInstanceThatHasComeUpHere() {
        line.cut(true);
        device.get("/again");
        pop.awaitRelayed(1);
        pop.route(here.to(near.open()));

        assertEquals("near", device.response().text());

        assertEquals("/again", near.requests().get(0).path());
        pop.awaitRelayed(0);
    }

    @Test
    void aHomebaseThatHoldsARequestThroughALongStartIsNotSilent() {
        homebase.route(there.to());
        device.get("/cold");
        homebase.awaitDemand(0, 1);

        // It was looked after more than once, though nobody has heard a word of the answer.
        int before = line.connections();
        await().atMost(Site.PATIENCE).until(() -> line.connections() >= before + 2);
        homebase.route(there.to(far.open()));

        assertEquals("far", device.response().text());
        assertEquals(
                1,
                far.requests().stream()
                        .filter(request -> request.path().equals("/cold"))
                        .count());
    }

    @Test
    void whoHasTheBeginningOfAnAnswerWaitsForItsEnd() {
        InstanceServer slow = InstanceServer.serving(
                "slow",
                request -> Reply.switched("chat", (in, out) -> {
                    in.read();
                    out.write("end".getBytes());
                }));
        homebase.route(there.to(slow.open()));
        try (DeviceConnection talks = pop.connect().upgrade("/", "chat")) {
            assertEquals(101, talks.response().status());
            line.cut(true);
            assertEquals(503, device.get("/").response().status());
            line.cut(false);

            talks.send("?");

            assertEquals("end", new String(talks.read(3)));
        }
        slow.close();
    }

    private String where() {
        return "127.0.0.1:" + line.endpoint().port() + ": no answer within the connect timeout";
    }
}
