package org.nearzero.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void isOneLineOfJsonThatEndsWithWhetherAllClaimsHold() {
        String json = new Outcome("wake")
                .figure("requests", 5)
                .figure("p99Ms", 0.25)
                .figure("nothing", Double.NaN)
                .figure("said", "a \"b\"\n\\")
                .claim(true, "fine", "")
                .json();

        assertTrue(json.startsWith("{\"benchmark\":\"wake\","), json);
        assertTrue(
                json.endsWith(
                        "\"requests\":5,\"p99Ms\":0.250,\"nothing\":null,\"said\":\"a \\\"b\\\" \\\\\",\"ok\":true}"),
                json);
        assertEquals(1, json.lines().count());
    }

    @Test
    void keepsEachClaimThatDoesNotHoldWithWhatWasFoundInstead() {
        Outcome outcome = new Outcome("burst").claim(false, "all answered", 3).claim(true, "limit kept", 1);

        assertEquals(List.of("all answered, found 3"), outcome.broken());
        assertTrue(outcome.json().endsWith("\"ok\":false}"));
    }
}
