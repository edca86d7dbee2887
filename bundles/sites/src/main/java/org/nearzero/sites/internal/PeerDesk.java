package org.nearzero.sites.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.PeerService;
import org.nearzero.sites.core.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what peers ask. Reading and writing JSON is done on threads of its own, what is decided on the loop. */
final class PeerDesk implements PeerService {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDesk.class);

    private static final int LONGEST_JOIN = 64 * 1024;
    private static final int JOINS_AT_ONCE = 8;

    private final Semaphore joins = new Semaphore(JOINS_AT_ONCE);
    private final SiteLoop loop;
    private final Handover handover;
    private final ImageDesk images;
    private final Optional<JoinDesk> joining;
    private final Executor threads;
    private final Executor joiningThread;

    /** @param joiningThread where sites are let in, which takes a second each */
    PeerDesk(
            SiteLoop loop,
            Handover handover,
            ImageDesk images,
            Optional<JoinDesk> joining,
            Executor threads,
            Executor joiningThread) {
        this.loop = loop;
        this.handover = handover;
        this.images = images;
        this.joining = joining;
        this.threads = threads;
        this.joiningThread = joiningThread;
    }

    @Override
    public CompletionStage<Answer> answer(Optional<PopId> peer, String path, byte[] body) {
        if (path.equals(PeerPaths.JOIN)) {
            return join(body);
        }
        if (peer.isEmpty()) {
            return CompletableFuture.completedFuture(Wire.answer(new RefusedException(
                    RefusedException.Code.PERMISSION_DENIED,
                    "a certificate that names a site is needed for this; without one only " + PeerPaths.JOIN)));
        }
        return switch (path) {
            case PeerPaths.SYNC -> async(threads, () -> sync(peer.get(), body));
            case PeerPaths.APPLY ->
                async(threads, () -> {
                    Wire.Apply request = Json.read(body, Wire.Apply.class);
                    return handover.applyHere(request.application())
                            .thenApplyAsync(deployment -> new Answer(200, Codec.deployment(deployment)), threads);
                });
            case PeerPaths.DELETE ->
                async(threads, () -> {
                    Wire.Delete request = Json.read(body, Wire.Delete.class);
                    return handover.deleteAsHomebase(request.appId(), request.drain())
                            .thenApply(done -> new Answer(200, "{}".getBytes(StandardCharsets.UTF_8)));
                });
            case PeerPaths.IMAGE -> async(threads, () -> images.image(body));
            case PeerPaths.IMAGE_PART -> async(threads, () -> images.piece(body));
            default ->
                CompletableFuture.completedFuture(Wire.answer(new RefusedException(
                        RefusedException.Code.NOT_FOUND,
                        path + ": sites ask for "
                                + String.join(
                                        ", ",
                                        List.of(
                                                PeerPaths.SYNC,
                                                PeerPaths.APPLY,
                                                PeerPaths.DELETE,
                                                PeerPaths.IMAGE,
                                                PeerPaths.IMAGE_PART,
                                                PeerPaths.JOIN)))));
        };
    }

    /** Anybody can ask for this, so only so much of it is taken in. */
    private CompletableFuture<Answer> join(byte[] body) {
        if (joining.isEmpty()) {
            return CompletableFuture.completedFuture(JoinDesk.closed());
        }
        if (body.length > LONGEST_JOIN) {
            return CompletableFuture.completedFuture(JoinDesk.refusal(
                    400, "not a request to join: " + body.length + " bytes (expected: at most " + LONGEST_JOIN + ")"));
        }
        if (!joins.tryAcquire()) {
            return CompletableFuture.completedFuture(JoinDesk.refusal(429, "too many want to join at once: try again"));
        }
        return async(
                        joiningThread,
                        () -> CompletableFuture.completedFuture(joining.get().answer(body)))
                .whenComplete((answer, failure) -> joins.release());
    }

    private CompletableFuture<Answer> sync(PopId peer, byte[] body) {
        SyncMessage message = Codec.message(body);
        if (!message.from().equals(peer)) {
            throw new RefusedException(
                    RefusedException.Code.PERMISSION_DENIED,
                    "the message is from " + message.from() + ", the certificate names " + peer);
        }
        return loop.call((site, now) -> site.received(message, now), site -> site.messageFor(peer, loop.now()))
                .thenApplyAsync(answer -> new Answer(200, Codec.message(answer)), threads);
    }

    @FunctionalInterface
    private interface Work {
        CompletableFuture<Answer> begin();
    }

    private static CompletableFuture<Answer> async(Executor where, Work work) {
        // Every failure of the work becomes an answer; what then fails still is that the threads take nothing any more.
        return CompletableFuture.completedFuture(null)
                .thenComposeAsync(nothing -> work.begin(), where)
                .handleAsync((answer, failure) -> failure == null ? answer : failed(Reasons.unwrapped(failure)), where)
                .exceptionally(rejected -> Wire.answer(
                        new RefusedException(RefusedException.Code.UNAVAILABLE, "this site is shutting down")));
    }

    private static Answer failed(Throwable failure) {
        if (failure instanceof Json.MalformedException malformed) {
            return Wire.answer(new InvalidInputException(
                    List.of(new Problem("body", malformed.getMessage(), "what this version of Nearzero says"))));
        }
        if (!(failure instanceof RefusedException) && !(failure instanceof InvalidInputException)) {
            LOG.error("event=peer-request-failed", failure);
        }
        return Wire.answer(failure);
    }
}
