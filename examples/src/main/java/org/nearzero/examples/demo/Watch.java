package org.nearzero.examples.demo;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.StatusListener;

/** What a host hears from the Nearzero that it embeds: statuses and connection events. Written by its threads, read by ours. */
final class Watch implements StatusListener, ConnectionListener {
    private Optional<ApplicationStatus> status = Optional.empty();
    private int inFlight;
    private int mostInstances;

    @Override
    public synchronized void changed(ApplicationStatus newest) {
        status = Optional.of(newest);
        mostInstances =
                Math.max(mostInstances, count(AppInstanceStatus.READY) + count(AppInstanceStatus.INSTANTIATING));
    }

    @Override
    public synchronized void onEvents(List<ConnectionEvent> events, long lost) {
        for (ConnectionEvent event : events) {
            switch (event.kind()) {
                case ADMITTED -> inFlight++;
                case RELEASED -> inFlight--;
                default -> {
                    // sessions, and those that wait: not shown
                }
            }
        }
    }

    /** Connections on instances now. */
    synchronized int inFlight() {
        return Math.max(0, inFlight);
    }

    /** The most instances that were up or starting at once. */
    synchronized int mostInstances() {
        return mostInstances;
    }

    synchronized int count(AppInstanceStatus wanted) {
        return (int) status.stream()
                .flatMap(now -> now.instances().stream())
                .filter(instance -> instance.status() == wanted)
                .count();
    }

    /** Whether no instance is left at all. */
    synchronized boolean atZero() {
        return status.map(now -> now.state() == ApplicationStatus.State.ZERO
                        && now.instances().isEmpty())
                .orElse(false);
    }

    /** Why there are as many as there are, or what is wrong. */
    synchronized String reason() {
        return status.map(now -> now.condition().isEmpty() ? now.desired().reason() : now.condition())
                .orElse("");
    }
}
