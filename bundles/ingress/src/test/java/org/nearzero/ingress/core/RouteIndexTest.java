package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.nearzero.api.model.RouteMatch;

class RouteIndexTest {
    private RouteIndex<String> index = RouteIndex.empty();

    private void with(String host, String prefix, String owner) {
        index = index.with(new RouteMatch(host, prefix), owner);
    }

    private void without(String host, String prefix, String owner) {
        index = index.without(new RouteMatch(host, prefix), owner);
    }

    @Test
    void theLongestPrefixOfWholeSegmentsWins() {
        with("h", "/", "root");
        with("h", "/shop", "shop");
        with("h", "/shop/cart/new", "new");
        assertEquals("shop", index.find("h", "/shop"));
        assertEquals("shop", index.find("h", "/shop/"));
        assertEquals("shop", index.find("h", "/shop/cart"));
        assertEquals("shop", index.find("h", "/shop/cart/newer"));
        assertEquals("new", index.find("h", "/shop/cart/new"));
        assertEquals("new", index.find("h", "/shop/cart/new/x"));
        assertEquals("root", index.find("h", "/shopping"));
        assertEquals("root", index.find("h", "//shop"));
        assertEquals("root", index.find("h", "/"));
        assertEquals("root", index.find("h", "/SHOP"));
    }

    @Test
    void theExactHostGoesBeforeAnyHost() {
        with("*", "/shop/cart", "any");
        with("h", "/shop", "exact");
        assertEquals("exact", index.find("h", "/shop/cart"));
        assertEquals("any", index.find("other", "/shop/cart"));
        assertNull(index.find("other", "/shop"));
        with("h", "/x", "x");
        without("h", "/shop", "exact");
        assertEquals("any", index.find("h", "/shop/cart"), "the host is known, but not for this path");
    }

    @Test
    void aHostMatchesWhateverCaseTheRouteHas() {
        with("Shop.Example", "/", "shop");
        assertEquals("shop", index.find(Syntax.hostName("sHOP.example:8080"), "/"));
        without("SHOP.example", "/", "shop");
        assertNull(index.find("shop.example", "/"));
    }

    @Test
    void whoClaimsAMatchFirstHasItUntilHeGivesItUp() {
        with("h", "/", "first");
        with("h", "/", "second");
        with("h", "/", "second");
        without("h", "/", "nobody");
        assertEquals("first", index.find("h", "/"));
        without("h", "/", "first");
        assertEquals("second", index.find("h", "/"));
        without("h", "/", "second");
        assertNull(index.find("h", "/"));
    }

    @Test
    void aChangedCopyLeavesTheOneBeforeAsItWas() {
        with("h", "/a", "a");
        RouteIndex<String> before = index;
        with("h", "/a/b", "b");
        without("h", "/a", "a");
        assertEquals("a", before.find("h", "/a/b"));
        assertEquals("b", index.find("h", "/a/b"));
        assertNull(index.find("h", "/a"));
    }
}
