package org.nearzero.ingress.testing.admission;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;

/** Remembers all that an ingress told. */
public final class Heard implements ConnectionListener, DemandListener {
    private final List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final List<AppId> changes = new CopyOnWriteArrayList<>();
    private final List<String> failedRelays = new CopyOnWriteArrayList<>();
    private final List<String> suspicions = new CopyOnWriteArrayList<>();

    @Override
    public void onEvents(List<ConnectionEvent> batch, long lost) {
        batches.add(batch.size());
        threads.add(Thread.currentThread().getName());
        events.addAll(batch);
    }

    @Override
    public void demandChanged(AppId appId) {
        changes.add(appId);
    }

    @Override
    public void suspected(AppId appId, AppInstanceId instance, String reason) {
        suspicions.add(appId + " " + instance + " " + reason);
    }

    @Override
    public void relayFailed(AppId appId, PopId homebase, String reason) {
        failedRelays.add(appId + " " + homebase + " " + reason);
    }

    public List<String> failedRelays() {
        return failedRelays;
    }

    public List<ConnectionEvent> events() {
        return events;
    }

    /** The kinds of the events, in order. */
    public List<Kind> kinds() {
        return events.stream().map(ConnectionEvent::kind).toList();
    }

    public long count(Kind kind) {
        return kinds().stream().filter(kind::equals).count();
    }

    public List<Integer> batches() {
        return batches;
    }

    public List<String> threads() {
        return threads;
    }

    public List<AppId> changes() {
        return changes;
    }

    public List<String> suspicions() {
        return suspicions;
    }
}
