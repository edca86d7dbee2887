package org.nearzero.sites.core;

/**
 * Up to which revision a site has what its peer told it.
 *
 * @param incarnation of the peer that told it; what is acknowledged to another one is worth nothing; 0: nothing yet
 * @param members of the sites
 * @param offers of the applications
 * @param assignments of the assignments
 * @param reports of the reports
 */
public record Acks(long incarnation, long members, long offers, long assignments, long reports) {
    /** Nothing was heard yet. */
    public static final Acks NONE = new Acks(0, 0, 0, 0, 0);
}
