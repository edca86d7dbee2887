package org.nearzero.sites.internal;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.sites.core.Site;

/** Asks a peer something: at the first of its doors that can be connected to. Any thread. */
final class Questions {
    private final SiteLoop loop;
    private final Function<PopId, PeerLink> links;
    private final BiFunction<Site, PopId, List<Endpoint>> doors;
    private final Executor network;

    /**
     * @param links how a site is reached
     * @param doors where it may be reached
     */
    Questions(
            SiteLoop loop,
            Function<PopId, PeerLink> links,
            BiFunction<Site, PopId, List<Endpoint>> doors,
            Executor network) {
        this.loop = loop;
        this.links = links;
        this.doors = doors;
        this.network = network;
    }

    /**
     * What the peer answers with 200. Fails with what it refused, or with {@link RefusedException} {@code UNAVAILABLE} if it is not reached:
     * what was asked may then have been done all the same, or not.
     *
     * @param timeout until the answer begins, for a question of no size
     */
    CompletableFuture<byte[]> ask(PopId peer, String path, byte[] body, Duration timeout) {
        return loop.call((site, now) -> List.of(), site -> doors.apply(site, peer))
                .thenComposeAsync(found -> ask(peer, found, path, body, timeout), network);
    }

    private CompletableFuture<byte[]> ask(
            PopId peer, List<Endpoint> found, String path, byte[] body, Duration timeout) {
        if (found.isEmpty()) {
            return CompletableFuture.failedFuture(unreached(peer, "no door of it is known"));
        }
        return links.apply(peer)
                .post(found.get(0), path, body, timeout)
                .handle((reply, failure) -> {
                    if (failure == null) {
                        return reply.status() == 200
                                ? CompletableFuture.completedFuture(reply.body())
                                : CompletableFuture.<byte[]>failedFuture(
                                        Wire.failure("pop=" + peer, reply.status(), reply.body()));
                    }
                    Throwable cause = Reasons.unwrapped(failure);
                    List<Endpoint> others = found.subList(1, found.size());
                    return isShut(cause) && !others.isEmpty()
                            ? ask(peer, others, path, body, timeout)
                            : CompletableFuture.<byte[]>failedFuture(unreached(peer, Reasons.of(cause)));
                })
                .thenCompose(Function.identity());
    }

    /** Whether nobody can have heard the question. */
    private static boolean isShut(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnresolvedAddressException;
    }

    private static RefusedException unreached(PopId peer, String why) {
        return new RefusedException(
                RefusedException.Code.UNAVAILABLE,
                "site " + peer + " is not reached: " + why + " (nothing may have changed there; try again)");
    }
}
