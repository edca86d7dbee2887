package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.SiteReport;

/**
 * What one site tells another: request and answer alike. Lost, repeated and late ones do no harm, since each part says which
 * revisions it spans.
 *
 * @param from who speaks
 * @param incarnation which start of it; an older one is dropped
 * @param sequence rises with each message to that peer within the incarnation
 * @param acks what it has of the receiver's truth
 * @param members the sites that it knows, itself included
 * @param offers the applications whose homebase it is
 * @param assignments what the receiver does for them
 * @param reports how the receiver's applications do at the speaker's site
 */
public record SyncMessage(
        PopId from,
        long incarnation,
        long sequence,
        Acks acks,
        Part<Member> members,
        Part<Offer> offers,
        Part<Assignment> assignments,
        Part<SiteReport> reports) {
    public SyncMessage {
        requireNonNull(from, "from");
        requireNonNull(acks, "acks");
        requireNonNull(members, "members");
        requireNonNull(offers, "offers");
        requireNonNull(assignments, "assignments");
        requireNonNull(reports, "reports");
    }
}
