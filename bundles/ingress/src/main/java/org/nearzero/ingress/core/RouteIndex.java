package org.nearzero.ingress.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nearzero.api.model.RouteMatch;

/**
 * Finds whose a request is: the exact host goes before {@code *}, the longest prefix of whole segments wins. Immutable; a
 * changed copy shares all that did not change, so that one of 10 000 applications is routed without touching the others. If two
 * claim the same match the one that claimed it first has it, and the other gets it when that one gives it up.
 *
 * @param <T> the owner of a match
 */
public final class RouteIndex<T> {
    private static final String ANY_HOST = "*";
    private static final RouteIndex<?> EMPTY = new RouteIndex<>(Shards.empty());

    private final Shards<Node<T>> hosts;

    private RouteIndex(Shards<Node<T>> hosts) {
        this.hosts = hosts;
    }

    /** An index of nothing. */
    @SuppressWarnings("unchecked") // holds nothing
    public static <T> RouteIndex<T> empty() {
        return (RouteIndex<T>) EMPTY;
    }

    /** A copy in which {@code owner} claims {@code match} as well. */
    public RouteIndex<T> with(RouteMatch match, T owner) {
        return changed(match, owner, true);
    }

    /** A copy in which {@code owner} does not claim {@code match}. */
    public RouteIndex<T> without(RouteMatch match, T owner) {
        return changed(match, owner, false);
    }

    /**
     * Whose a request is; null if nobody's.
     *
     * @param host in lower case, without port; never {@code *}
     * @param path as it stands in the request line, starting with a slash, without query
     */
    public T find(String host, String path) {
        Node<T> exact = hosts.get(host);
        T owner = exact == null ? null : exact.longest(path);
        if (owner != null) {
            return owner;
        }
        Node<T> any = hosts.get(ANY_HOST);
        return any == null ? null : any.longest(path);
    }

    private RouteIndex<T> changed(RouteMatch match, T owner, boolean claims) {
        Node<T> node = hosts.get(match.host());
        Node<T> next = (node == null ? Node.<T>empty() : node).changed(segments(match.pathPrefix()), 0, owner, claims);
        return new RouteIndex<>(hosts.with(match.host(), next.isEmpty() ? null : next));
    }

    private static String[] segments(String prefix) {
        return "/".equals(prefix) ? new String[0] : prefix.substring(1).split("/");
    }

    /** One segment of a path: who claims the prefix that ends here, and what follows it. */
    private record Node<T>(List<T> claims, Shards<Node<T>> children, boolean leaf) {
        static <T> Node<T> empty() {
            return new Node<>(List.of(), Shards.empty(), true);
        }

        boolean isEmpty() {
            return leaf && claims.isEmpty();
        }

        T owner() {
            return claims.isEmpty() ? null : claims.get(0);
        }

        /** Walks only as deep as there are claims, however many segments a path has. */
        T longest(String path) {
            T best = owner();
            Node<T> node = this;
            for (int from = 1; !node.leaf && from < path.length(); ) {
                int slash = path.indexOf('/', from);
                int to = slash < 0 ? path.length() : slash;
                node = node.children.get(path.substring(from, to));
                if (node == null) {
                    return best;
                }
                best = node.claims.isEmpty() ? best : node.owner();
                from = to + 1;
            }
            return best;
        }

        Node<T> changed(String[] segments, int depth, T owner, boolean claim) {
            if (depth == segments.length) {
                return new Node<>(claim ? plus(owner) : minus(owner), children, leaf);
            }
            Node<T> child = children.get(segments[depth]);
            Node<T> next = (child == null ? Node.<T>empty() : child).changed(segments, depth + 1, owner, claim);
            Shards<Node<T>> changed = children.with(segments[depth], next.isEmpty() ? null : next);
            return new Node<>(claims, changed, changed.isEmpty());
        }

        private List<T> plus(T owner) {
            if (claims.contains(Objects.requireNonNull(owner, "owner"))) {
                return claims;
            }
            List<T> more = new ArrayList<>(claims);
            more.add(owner);
            return List.copyOf(more);
        }

        private List<T> minus(T owner) {
            return claims.stream().filter(claim -> !claim.equals(owner)).toList();
        }
    }
}
