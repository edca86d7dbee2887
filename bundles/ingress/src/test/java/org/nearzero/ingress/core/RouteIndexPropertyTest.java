package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nearzero.api.model.RouteMatch;

/** The index beside a list of claims that is searched from end to end. */
class RouteIndexPropertyTest {
    /** One claim made or given up. */
    record Change(boolean claims, RouteMatch match, String owner) {}

    @Property
    void findsWhatASearchThroughAllClaimsFinds(
            @ForAll("changes") List<Change> changes, @ForAll("hosts") String host, @ForAll("paths") String path) {
        RouteIndex<String> index = RouteIndex.empty();
        List<Change> claims = new ArrayList<>();
        for (Change change : changes) {
            Change claim = new Change(true, change.match, change.owner);
            if (!change.claims) {
                claims.remove(claim);
                index = index.without(change.match, change.owner);
            } else {
                if (!claims.contains(claim)) {
                    claims.add(claim);
                }
                index = index.with(change.match, change.owner);
            }
            assertEquals(search(claims, host, path), index.find(host, path));
        }
    }

    private static String search(List<Change> claims, String host, String path) {
        String exact = search(claims, host, host, path);
        return exact != null ? exact : search(claims, "*", host, path);
    }

    private static String search(List<Change> claims, String claimed, String host, String path) {
        Change best = null;
        for (Change claim : claims) {
            String prefix = claim.match.pathPrefix();
            boolean covers = prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
            if (claim.match.host().equals(claimed)
                    && covers
                    && (best == null
                            || prefix.length() > best.match.pathPrefix().length())) {
                best = claim;
            }
        }
        return best == null ? null : best.owner;
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<RouteMatch> matches = Combinators.combine(Arbitraries.of("a", "b", "*"), prefixes())
                .filter((host, prefix) -> !host.equals("*") || !prefix.equals("/"))
                .as(RouteMatch::new);
        return Combinators.combine(Arbitraries.of(true, true, false), matches, Arbitraries.of("x", "y", "z"))
                .as(Change::new)
                .list()
                .ofMaxSize(25);
    }

    @Provide
    Arbitrary<String> hosts() {
        return Arbitraries.of("a", "b", "c");
    }

    @Provide
    Arbitrary<String> paths() {
        return Combinators.combine(prefixes(), Arbitraries.of("", "/", "/x", "x"))
                .as((prefix, more) -> prefix + more);
    }

    private static Arbitrary<String> prefixes() {
        return Arbitraries.of("x", "y", "xy")
                .list()
                .ofMaxSize(3)
                .map(segments -> segments.isEmpty() ? "/" : "/" + String.join("/", segments));
    }
}
