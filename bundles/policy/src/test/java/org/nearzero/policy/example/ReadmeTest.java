package org.nearzero.policy.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.policy.core.Given;
import org.nearzero.policy.internal.RuledPolicyEngine;

/** What the README shows is code that is compiled and does what it says. */
class ReadmeTest {
    @Test
    void showsTheRuleAsItIsCompiled() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/nearzero/policy/example/OfficeHoursRule.java"));
        String rule = source.split("// README\n")[1];

        assertTrue(Files.readString(Path.of("README.md")).contains("```java\n" + rule + "```"), rule);
    }

    @Test
    void theRuleKeepsOneInstanceWarm() {
        assertEquals(
                "1 instead of 0 by rule office-hours: kept warm for another 360 min (0: no connections)",
                decide("12:00:00").reason());
        assertEquals(Optional.of(Given.at("18:00:00")), decide("12:00:00").wakeAt());
        assertEquals(0, decide("07:59:59").instances());
        assertEquals(Optional.of(Given.at("08:00:00")), decide("07:59:00").wakeAt());
        assertEquals(0, decide("18:00:00").instances());
    }

    private static Desired decide(String time) {
        Instant now = Given.at(time);
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        try (RuledPolicyEngine engine = new RuledPolicyEngine(OperatorPolicy.UNLIMITED, clock)) {
            engine.ruleDeadline(Duration.ofMinutes(1));
            engine.addRule(new OfficeHoursRule(), 0);
            return engine.decide(
                            Given.policies(Given.scaling(100, 0, 10, 30, 10)),
                            Given.demand(0, 0),
                            Observed.NOTHING,
                            now)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
    }
}
