package org.nearzero.api.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;

class MigrationPolicyTest {
    private static final Duration DAY = Duration.ofHours(24);
    private static final List<RouteMatch> ROUTES = List.of(new RouteMatch("shop.example", "/"));
    private static final ZoneId EAST = new ZoneId("east");

    @Test
    void reportsAllItsProblemsAtOnceWithFieldValueAndRange() {
        assertEquals(
                List.of(
                        "sessionThreshold: 0 (expected: 1 to 1000000)",
                        "sessionWindow: 48h (expected: 0s to 24h)",
                        "returnThreshold: -1 (expected: 0 to 0)",
                        "cooldown: -1s (expected: 0s to 24h)",
                        "allowedZones: missing (expected: a set of zones, may be empty)",
                        "maxServingPops: 10001 (expected: 1 to 10000)",
                        "drainTimeout: missing (expected: 0s to 24h)",
                        "onHomebaseLost: missing (expected: KEEP or START)"),
                problems(() -> new MigrationPolicy(
                        0, DAY.multipliedBy(2), -1, Duration.ofSeconds(-1), null, 10_001, null, null)));
    }

    @Test
    void theWayBackLiesBelowTheWayThere() {
        assertEquals(List.of("returnThreshold: 10 (expected: 0 to 9)"), problems(() -> thresholds(10, 10)));
        assertEquals(9, thresholds(10, 9).returnThreshold());
        assertEquals(0, thresholds(1, 0).returnThreshold());
    }

    @Test
    void theEndsOfEachRangeAreInIt() {
        assertDoesNotThrow(() -> new MigrationPolicy(
                1, Duration.ZERO, 0, Duration.ZERO, Set.of(), 1, Duration.ZERO, OnHomebaseLost.START));
        assertDoesNotThrow(
                () -> new MigrationPolicy(1_000_000, DAY, 999_999, DAY, Set.of(), 10_000, DAY, OnHomebaseLost.KEEP));
    }

    @Test
    void theDefaultIsWhatItsDocumentationSays() {
        assertEquals(
                new MigrationPolicy(
                        10,
                        Duration.ofSeconds(10),
                        3,
                        Duration.ofSeconds(60),
                        Set.of(),
                        10,
                        Duration.ofMinutes(5),
                        OnHomebaseLost.KEEP),
                MigrationPolicy.DEFAULT);
    }

    @Test
    void noZoneMeansEveryZoneAndSomeMeanThoseAlone() {
        assertTrue(zones(Set.of()).allows(EAST));
        assertTrue(zones(Set.of(EAST)).allows(new ZoneId("east")));
        assertFalse(zones(Set.of(EAST)).allows(new ZoneId("west")));
    }

    @Test
    void keepsItsOwnCopyOfTheZones() {
        Set<ZoneId> given = new HashSet<>(Set.of(EAST));
        MigrationPolicy policy = zones(given);
        given.clear();
        assertEquals(Set.of(EAST), policy.allowedZones());
        assertThrows(
                UnsupportedOperationException.class, () -> policy.allowedZones().clear());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "7", "zone-1", "Zone_1.a", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"})
    void takesCamarasZoneNames(String name) {
        assertEquals(name, new ZoneId(name).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                ".a",
                "a b",
                "a/b",
                "zürich",
                "a2345678901234567890123456789012345678901234567890123456789012345"
            })
    void refusesOtherTextAsZoneNames(String name) {
        assertEquals(
                List.of("edgeCloudZoneId: " + (name.isEmpty() ? "missing" : name)
                        + " (expected: 1 to 64 of A-Z, a-z, 0-9 and inner . _ -)"),
                problems(() -> new ZoneId(name)));
    }

    @Test
    void zonesAreInTheOrderOfTheirNames() {
        assertTrue(EAST.compareTo(new ZoneId("west")) < 0);
        assertEquals(0, EAST.compareTo(new ZoneId("east")));
    }

    @Test
    void aServerlessPolicyNeedsToSayOfBothWhetherThereIsOne() {
        assertEquals(
                List.of(
                        "scaling: missing (expected: a scaling policy)",
                        "homebaseZoneId: missing (expected: a zone, or none)",
                        "migration: missing (expected: a migration policy, or none)"),
                problems(() -> new ServerlessPolicy(ROUTES, null, Duration.ZERO, ReadinessPolicy.TCP, null, null)));
    }

    @Test
    void aServerlessPolicyStaysWhereItIsUnlessItSaysOtherwise() {
        ServerlessPolicy policy = new ServerlessPolicy(ROUTES, ScalingPolicy.DEFAULT);
        assertEquals(Optional.empty(), policy.migration());
        assertEquals(Optional.empty(), policy.homebaseZoneId());
    }

    private static MigrationPolicy thresholds(int there, int back) {
        return new MigrationPolicy(
                there, Duration.ZERO, back, Duration.ZERO, Set.of(), 1, Duration.ZERO, OnHomebaseLost.KEEP);
    }

    private static MigrationPolicy zones(Set<ZoneId> zones) {
        return new MigrationPolicy(10, Duration.ZERO, 3, Duration.ZERO, zones, 1, Duration.ZERO, OnHomebaseLost.KEEP);
    }

    private static List<String> problems(Runnable maker) {
        return assertThrows(InvalidInputException.class, maker::run).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
