package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;

/** An ingress that has just started does not deny applications that it does not know yet. */
class SettleTest {
    private static final String KNOWN = "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n";
    private static final String UNKNOWN = "GET /a HTTP/1.1\r\nHost: other.test\r\n\r\n";

    @Test
    void anUnknownApplicationIsToBeAskedForAgainWhileItSettles() throws Exception {
        try (RawBackend backend = RawBackend.echoing();
                IngressFixture ingress =
                        IngressFixture.with().settle(Duration.ofMinutes(1)).start(backend)) {
            Message answer = ingress.exchange(UNKNOWN);
            assertEquals(503, answer.status());
            assertEquals("1", answer.one("Retry-After"));
            assertEquals(
                    "{\"status\":503,\"code\":\"UNAVAILABLE\",\"message\":\"no application at other.test/a yet: the ingress"
                            + " has just started and may not know all of them (try again in a second)\"}",
                    answer.text());
            assertEquals(200, ingress.exchange(KNOWN).status());
        }
    }

    @Test
    void itIsUnknownOnceTheTimeIsOver() throws Exception {
        try (RawBackend backend = RawBackend.echoing();
                IngressFixture ingress =
                        IngressFixture.with().settle(Duration.ofMillis(200)).start(backend)) {
            await().atMost(PATIENCE).until(() -> ingress.exchange(UNKNOWN).status() == 404);
        }
    }

    @Test
    void itIsUnknownAtOnceWithoutTimeToSettle() throws Exception {
        try (RawBackend backend = RawBackend.echoing();
                IngressFixture ingress = IngressFixture.to(backend)) {
            Message answer = ingress.exchange(UNKNOWN);
            assertEquals(404, answer.status());
            assertEquals(false, answer.has("Retry-After"));
        }
    }
}
