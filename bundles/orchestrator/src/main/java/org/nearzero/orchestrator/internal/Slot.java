package org.nearzero.orchestrator.internal;

import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Usage;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.orchestrator.core.AppState;

/** The place of one application in the loop. Belongs to the loop's thread, but for what is volatile or atomic. */
final class Slot {
    final AppId appId;
    /** Whether a message that settles this application waits in the mailbox. */
    final AtomicBoolean dirty = new AtomicBoolean();
    /** The message itself, made once: it is put for each connection that finds no room. */
    final Runnable settle;

    AppState state;
    volatile ApplicationStatus status;

    /** When time alone may change something, and the earliest alarm that is set for it. */
    Instant wakeAt = Instant.MAX;

    Instant alarmAt = Instant.MAX;

    /** The number of the last decision asked for; while one is under way, until when it is waited for. */
    long decision;

    Instant decidingUntil = Instant.MIN;
    boolean decideAgain;

    /** The number of the hand-over that is in force. */
    long handOver;

    /** What the ledger holds for it. */
    Usage accounted = Usage.NONE;

    String provider = "";

    final Map<DriverLane, Boolean> accepted = new IdentityHashMap<>(4);
    final CompletableFuture<Void> deletion = new CompletableFuture<>();
    boolean forgotten;

    Slot(AppId appId, java.util.function.Consumer<Slot> settling) {
        this.appId = appId;
        this.settle = () -> settling.accept(this);
    }

    boolean deciding(Instant now) {
        return now.isBefore(decidingUntil);
    }
}
