package org.nearzero.examples.sample;

/**
 * What this instance carries: a connection is one HTTP exchange, from its complete head to the last byte of its answer, or one
 * WebSocket while it is open. Written by the server's one thread.
 */
final class Count {
    private final String instance;
    private final int limit;
    private int inFlight;
    private int mostInFlight;
    private long served;
    private long overLimit;
    private boolean stoppedBusy;

    Count(String instance, int limit) {
        this.instance = instance;
        this.limit = limit;
    }

    /** One more. @return whether that is still within the limit */
    boolean begin() {
        inFlight++;
        mostInFlight = Math.max(mostInFlight, inFlight);
        if (limit > 0 && inFlight > limit) {
            overLimit++;
            return false;
        }
        return true;
    }

    void end() {
        inFlight--;
    }

    void answered() {
        served++;
    }

    /** Told to stop. @return how many were in flight */
    int stop() {
        stoppedBusy = inFlight > 0;
        return inFlight;
    }

    String instance() {
        return instance;
    }

    int mostInFlight() {
        return mostInFlight;
    }

    /** All figures as one JSON object. */
    String json() {
        return "{\"instance\":\"" + instance.replaceAll("[\"\\\\\\p{Cntrl}]", "_") + "\",\"inFlight\":" + inFlight
                + ",\"maxInFlight\":" + mostInFlight + ",\"limit\":" + limit + ",\"overLimit\":" + overLimit
                + ",\"requests\":" + served + ",\"stoppedBusy\":" + stoppedBusy + "}\n";
    }
}
