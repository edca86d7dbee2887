package org.nearzero.api.sites;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.store.Store;

class SitesValuesTest {
    private static final AppId SHOP = new AppId("shop");
    private static final PopId HERE = new PopId("mec-1");
    private static final PopId THERE = new PopId("mec-2");

    @Test
    void anAssignmentHasAnEpochFromOneOn() {
        assertEquals(1, new Assignment(SHOP, HERE, Assignment.Role.SERVE, 1, "").epoch());
        assertEquals(
                "epoch: 0 (expected: >= 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Assignment(SHOP, HERE, Assignment.Role.RELAY, 0, ""))
                        .getMessage());
    }

    @Test
    void whatMissesInAnAssignmentIsNamed() {
        assertEquals("role", missing(() -> new Assignment(SHOP, HERE, null, 1, "")));
        assertEquals("reason", missing(() -> new Assignment(SHOP, HERE, Assignment.Role.SERVE, 1, null)));
    }

    @Test
    void placementsKeepTheirOwnCopyOfTheDoors() {
        List<Endpoint> doors = new ArrayList<>(List.of(new Endpoint("mec-2.example", 7443)));
        Placement.Serve serve = new Placement.Serve(THERE, doors, Duration.ZERO);
        Placement.Relay relay = new Placement.Relay(THERE, doors, Duration.ZERO);
        doors.clear();
        assertEquals(1, serve.doors().size());
        assertEquals(1, relay.doors().size());
    }

    @Test
    void whatMissesInAPlacementIsNamed() {
        assertEquals("homebase", missing(() -> new Placement.Serve(null, List.of(), Duration.ZERO)));
        assertEquals("drain", missing(() -> new Placement.Serve(THERE, List.of(), null)));
        assertEquals("homebase", missing(() -> new Placement.Relay(null, List.of(), Duration.ZERO)));
        assertEquals("drain", missing(() -> new Placement.Relay(THERE, List.of(), null)));
    }

    @Test
    void aHomebaseIsTheSameAsAnyOther() {
        assertEquals(Placement.HOMEBASE, new Placement.Homebase());
    }

    @Test
    void aMigrationIsOverWhenItIsCompletedOrHasFailedAndElseNot() {
        Set<State> over = EnumSet.allOf(State.class).stream()
                .filter(State::over)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(State.class)));
        assertEquals(EnumSet.of(State.COMPLETED, State.FAILED), over);
    }

    @Test
    void aMigrationKeepsItsOwnCopyOfItsHistory() {
        List<Migration.Step> steps = new ArrayList<>(List.of(new Migration.Step(State.TRIGGERED, Instant.EPOCH, "")));
        Migration migration = new Migration("shop.mec-2.1", SHOP, HERE, THERE, 1, State.TRIGGERED, 1, steps);
        steps.clear();
        assertEquals(1, migration.history().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Apps", "a_b", "a/b", "a.b"})
    void aTableHasAPlainName(String table) {
        assertEquals(
                "table: " + table + " (expected: 1 to 64 of a-z, 0-9 and -)",
                assertThrows(IllegalArgumentException.class, () -> Store.Change.remove(table, "shop"))
                        .getMessage());
    }

    @Test
    void namesInAStoreHaveALength() {
        assertEquals("a".repeat(64), Store.Change.remove("a".repeat(64), "k").table());
        assertThrows(IllegalArgumentException.class, () -> Store.Change.remove("a".repeat(65), "k"));
        assertEquals(512, Store.Change.remove("apps", "k".repeat(512)).key().length());
        assertThrows(IllegalArgumentException.class, () -> Store.Change.remove("apps", "k".repeat(513)));
        assertThrows(IllegalArgumentException.class, () -> Store.Change.remove("apps", ""));
    }

    @Test
    void aChangePutsAValueOrRemovesIt() {
        byte[] value = {1, 2};
        assertArrayEquals(value, Store.Change.put("apps", "shop", value).value().orElseThrow());
        assertEquals(Optional.empty(), Store.Change.remove("apps", "shop").value());
    }

    private static String missing(Runnable maker) {
        return assertThrows(NullPointerException.class, maker::run).getMessage();
    }
}
