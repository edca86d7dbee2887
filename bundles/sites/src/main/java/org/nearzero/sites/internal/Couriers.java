package org.nearzero.sites.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;
import org.nearzero.sites.core.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries this site's truth to its peers: one request to each at a time, at most one every 50 ms. What is asked for meanwhile is one
 * more request afterwards, with the truth of that moment. All on the loop's thread but the network itself.
 */
final class Couriers {
    private static final Logger LOG = LoggerFactory.getLogger(Couriers.class);
    private static final long PACE_NANOS = Duration.ofMillis(50).toNanos();

    private final SiteLoop loop;
    private final Function<PopId, PeerLink> links;
    private final BiFunction<Site, PopId, List<Endpoint>> doors;
    private final Executor encoding;
    private final Map<PopId, Courier> couriers = new HashMap<>();

    /**
     * @param links how a site is reached
     * @param doors where it may be reached
     * @param encoding where messages become bytes, and back
     */
    Couriers(
            SiteLoop loop,
            Function<PopId, PeerLink> links,
            BiFunction<Site, PopId, List<Endpoint>> doors,
            Executor encoding) {
        this.loop = loop;
        this.links = links;
        this.doors = doors;
        this.encoding = encoding;
    }

    /** There is news for a peer, or a heartbeat is due. The loop's thread. */
    void send(PopId peer) {
        couriers.computeIfAbsent(peer, Courier::new).wanted();
    }

    /** What is to be sent, as the loop's thread put it together. */
    private record Load(SyncMessage message, List<Endpoint> doors, Duration timeout) {}

    private final class Courier {
        private final PopId peer;
        private final PeerLink link;
        private boolean busy;
        private boolean again;
        private long lastSent = System.nanoTime() - PACE_NANOS;
        private String trouble = "";

        Courier(PopId peer) {
            this.peer = peer;
            this.link = links.apply(peer);
        }

        void wanted() {
            if (busy) {
                again = true;
                return;
            }
            busy = true;
            long wait = PACE_NANOS - (System.nanoTime() - lastSent);
            if (wait > 0) {
                loop.later(Duration.ofNanos(wait), this::load);
            } else {
                load();
            }
        }

        /** By way of the loop's queue, so that all of what the message says is on the disk. */
        private void load() {
            again = false;
            lastSent = System.nanoTime();
            loop.call(
                            (site, now) -> List.of(),
                            site -> new Load(
                                    site.messageFor(peer, loop.now()), doors.apply(site, peer), site.timeout(peer)))
                    .thenComposeAsync(this::carry, encoding)
                    .whenComplete((heard, failure) -> loop.execute(() -> done(heard, failure)));
        }

        private CompletableFuture<Heard> carry(Load load) {
            byte[] body = Codec.message(load.message());
            CompletableFuture<Heard> answer = new CompletableFuture<>();
            attempt(load, body, 0, new Silence("no door is known"), answer);
            return answer;
        }

        /** One door after the other, until one answers. */
        private void attempt(Load load, byte[] body, int door, Silence before, CompletableFuture<Heard> answer) {
            if (door == load.doors().size()) {
                answer.completeExceptionally(before);
                return;
            }
            Endpoint endpoint = load.doors().get(door);
            long sent = System.nanoTime();
            link.post(endpoint, PeerPaths.SYNC, body, load.timeout())
                    .thenApply(reply -> heard(reply, Duration.ofNanos(System.nanoTime() - sent)))
                    .whenComplete((heard, failure) -> {
                        if (failure == null) {
                            answer.complete(heard);
                        } else {
                            Silence silence = new Silence(endpoint, Reasons.unwrapped(failure));
                            attempt(load, body, door + 1, silence, answer);
                        }
                    });
        }

        private Heard heard(PeerLink.Reply reply, Duration roundTrip) {
            if (reply.status() != 200) {
                throw new Json.MalformedException("answered " + reply.status() + ": " + said(reply), null);
            }
            return new Heard(Codec.message(reply.body()), roundTrip);
        }

        private String said(PeerLink.Reply reply) {
            return Wire.failure(peer.value(), reply.status(), reply.body()).getMessage();
        }

        private void done(Heard heard, Throwable failure) {
            busy = false;
            if (failure != null && Reasons.unwrapped(failure) instanceof Silence silence) {
                tell(silence.getMessage());
                // A door that is shut says so at once, and nothing about how long an answer takes.
                if (silence.timedOut) {
                    loop.on(new SiteEvent.Unanswered(peer));
                }
            } else if (failure != null) {
                LOG.debug("event=nothing-sent peer={} reason=\"{}\"", peer, Reasons.of(failure)); // of this site's own
            } else if (!heard.message().from().equals(peer)) {
                tell("says that it is " + heard.message().from());
            } else {
                tell("");
                loop.on(new SiteEvent.Answered(peer, heard.roundTrip()));
                loop.received(heard.message());
            }
            if (again) {
                wanted();
            }
        }

        /** Once each time that it changes. */
        private void tell(String now) {
            if (now.equals(trouble)) {
                return;
            }
            if (now.isEmpty()) {
                LOG.info("event=peer-answers peer={}", peer);
            } else if (trouble.isEmpty()) {
                LOG.warn("event=peer-silent peer={} reason=\"{}\" next=\"asked again with each heartbeat\"", peer, now);
            } else {
                LOG.debug("event=peer-silent peer={} reason=\"{}\"", peer, now);
            }
            trouble = now;
        }
    }

    /** No door has answered; this is what the last one did. */
    private static final class Silence extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean timedOut;

        Silence(String message) {
            super(message);
            this.timedOut = false;
        }

        Silence(Endpoint door, Throwable failure) {
            super(Doors.text(door) + ": " + Reasons.of(failure), failure);
            this.timedOut = PeerLink.isTimeout(failure);
        }
    }

    private record Heard(SyncMessage message, Duration roundTrip) {}
}
