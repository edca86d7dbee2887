package org.nearzero.sites.core;

import static org.nearzero.sites.core.Times.NEVER;

import java.time.Instant;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.SiteReport;

/** What a site knows of the conversation with one other. */
final class Peer {
    final PopId popId;

    /** What it is to do, and how its applications do here. */
    final Ledger<AppId, Assignment> assignments = new Ledger<>();

    final Ledger<AppId, SiteReport> reports = new Ledger<>();

    RoundTrip roundTrip = RoundTrip.UNKNOWN;
    Instant lastHeard = NEVER;
    Instant lastSent = NEVER;
    boolean reachable;

    /** Whether it was asked for that something be sent, and nothing was since. */
    boolean asked;

    private long incarnation;
    private long sequence;

    /** What it has acknowledged of ours, and up to where we have what it says. */
    private Acks acked = Acks.NONE;

    private Acks known = Acks.NONE;

    Peer(PopId popId) {
        this.popId = popId;
    }

    long incarnation() {
        return incarnation;
    }

    Acks acked() {
        return acked;
    }

    Acks known() {
        return known;
    }

    long nextSequence() {
        return ++sequence;
    }

    /** Takes note of who speaks; false: it is an earlier life of the peer's, not to be listened to. */
    boolean speaks(long heard) {
        if (heard > incarnation) {
            // It has forgotten what it had, and counts its revisions anew.
            incarnation = heard;
            acked = Acks.NONE;
            known = new Acks(heard, 0, 0, 0, 0);
        }
        return heard == incarnation;
    }

    /** Late acknowledgements do not take back later ones. */
    void acknowledges(Acks acks, long ours) {
        if (acks.incarnation() == ours) {
            acked = new Acks(
                    ours,
                    Math.max(acked.members(), acks.members()),
                    Math.max(acked.offers(), acks.offers()),
                    Math.max(acked.assignments(), acks.assignments()),
                    Math.max(acked.reports(), acks.reports()));
        }
    }

    void knows(Acks next) {
        known = next;
    }
}
