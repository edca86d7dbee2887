package org.nearzero.api.ingress;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of connection events. Registered as a service; called in batches on a thread of its own, one batch at a time and in
 * order. One that is slow loses the oldest events (it is told how many), and delays nobody else; one that throws is logged.
 */
@ConsumerType
public interface ConnectionListener {
    /**
     * Some events, oldest first.
     *
     * @param events at least one
     * @param lost how many events before these were dropped since this listener is too slow; 0 in good times
     */
    void onEvents(List<ConnectionEvent> events, long lost);
}
