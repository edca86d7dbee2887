package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.Crowd;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

class RoutingTest {
    private final Site site = Site.start();
    private final InstanceServer a = InstanceServer.naming("a");
    private final InstanceServer b = InstanceServer.naming("b");

    @AfterEach
    void close() {
        site.close();
        a.close();
        b.close();
    }

    @Test
    void theHostNameDecidesWhateverItsCaseAndPort() {
        site.route(RouteSheet.of("one").at("one.example", "/").to(a.open()));
        site.route(RouteSheet.of("two").at("two.example", "/").to(b.open()));
        assertEquals("a", site.getAt("one.example", "/").text());
        assertEquals("b", site.getAt("two.example", "/").text());
        assertEquals("b", site.getAt("TWO.Example:8080", "/x?y=z").text());
    }

    @Test
    void theLongestPrefixOfWholeSegmentsDecides() {
        site.route(RouteSheet.of("one").at("*", "/shop").to(a.open()));
        site.route(RouteSheet.of("two").at("*", "/shop/cart").to(b.open()));
        assertEquals("a", site.getAt("any.example", "/shop").text());
        assertEquals("a", site.getAt("any.example", "/shop/cartoon").text());
        assertEquals("b", site.getAt("any.example", "/shop/cart/3?x").text());
        assertEquals(404, site.getAt("any.example", "/shopping").status());
    }

    @Test
    void theInstanceIsAskedForThePathAsItWas() {
        site.route(RouteSheet.of("one").at("*", "/shop").to(a.open()));
        site.getAt("any.example", "/shop/a%2Fb/?q=%20&r");
        assertEquals("/shop/a%2Fb/?q=%20&r", a.requests().get(0).path());
    }

    @Test
    void anUnknownHostIsAnsweredInTheFormOfCamara() {
        Response response = site.getAt("nobody.example", "/a?b");
        assertEquals(404, response.status());
        assertEquals("application/json", response.fields().get("content-type"));
        assertEquals(
                "{\"status\":404,\"code\":\"NOT_FOUND\",\"message\":\"no application at nobody.example/a\"}",
                response.text());
    }

    @Test
    void aWithdrawnApplicationIsUnknownAndItsConnectionServesOthersStill() {
        site.route(RouteSheet.shop().to(a.open()));
        site.route(RouteSheet.of("two").at("two.example", "/").to(b.open()));
        try (DeviceConnection device = site.connect()) {
            assertEquals("a", device.get("/").response().text());
            site.ingress().withdraw(RouteSheet.shop().app(), "deleted");
            assertEquals(404, device.get("/").response().status());
            assertEquals(
                    "b",
                    device.send(DeviceConnection.headAt("two.example", "GET", "/"))
                            .response()
                            .text());
        }
    }

    @Test
    void anOlderRevisionChangesNothing() {
        var older = RouteSheet.shop().to(a.open()).routes();
        site.route(RouteSheet.shop().to(b.open()));
        site.ingress().route(older);
        assertEquals("b", site.get("/").text());
    }

    private RouteSheet withManyPaths(RouteSheet sheet) {
        IntStream.range(0, 200).forEach(i -> sheet.at("*", "/n" + i));
        return sheet.to(a.forgetful().open());
    }

    /** A path of one application moves to the other and back, over and over: each request is answered by one of the two. */
    @Test
    void aSwapUnderLoadLosesNoRequest() throws Exception {
        RouteSheet more = withManyPaths(RouteSheet.of("one").at("*", "/x").at("*", "/x/y"));
        RouteSheet fewer = withManyPaths(RouteSheet.of("one").at("*", "/x"));
        RouteSheet other = RouteSheet.of("two").at("*", "/x/y").to(b.forgetful().open());
        RouteSheet elsewhere = RouteSheet.of("two").at("*", "/z").to(b.open());
        site.route(more).route(other);
        AtomicBoolean stop = new AtomicBoolean();
        Set<String> answers = ConcurrentHashMap.newKeySet();
        Crowd crowd = Crowd.of(8, number -> {
            try (DeviceConnection device = site.connect()) {
                while (!stop.get()) {
                    Response response = device.get("/x/y/z").response();
                    assertEquals(200, response.status(), response::text);
                    answers.add(response.text());
                }
            }
        });
        for (int i = 0; !crowd.isDone() && (i < 500 || answers.size() < 2); i++) {
            site.route(fewer).route(more).route(elsewhere).route(other);
        }
        stop.set(true);
        crowd.join();
        assertEquals(Set.of("a", "b"), answers);
    }
}
