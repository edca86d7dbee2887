package org.nearzero.orchestrator.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.RouteMatch;

class RouteTableTest {
    private static final AppId SHOP = new AppId("shop");
    private static final AppId OTHER = new AppId("other");
    private static final RouteMatch ROOT = new RouteMatch("a.example", "/");
    private static final RouteMatch CART = new RouteMatch("a.example", "/cart");
    private final RouteTable table = new RouteTable();

    @Test
    void tellsTheRouteAndItsOwner() {
        table.assign(SHOP, List.of(ROOT, CART));
        RouteTable.Conflict conflict = table.conflict(OTHER, List.of(CART)).orElseThrow();
        assertEquals(new RouteTable.Conflict(CART, SHOP), conflict);
        assertThrows(IllegalStateException.class, () -> table.assign(OTHER, List.of(CART)));
    }

    @Test
    void lettersOfAHostNameDoNotTellRoutesApart() {
        table.assign(SHOP, List.of(ROOT));
        assertTrue(
                table.conflict(OTHER, List.of(new RouteMatch("A.Example", "/"))).isPresent());
    }

    @Test
    void anotherPathOfTheSameHostIsFree() {
        table.assign(SHOP, List.of(ROOT));
        assertTrue(table.conflict(OTHER, List.of(CART)).isEmpty());
    }

    @Test
    void whatANewVersionGivesUpIsFree() {
        table.assign(SHOP, List.of(ROOT, CART));
        table.assign(SHOP, List.of(ROOT));
        table.assign(OTHER, List.of(CART));
        table.release(SHOP);
        assertTrue(table.conflict(OTHER, List.of(ROOT, CART)).isEmpty());
    }
}
