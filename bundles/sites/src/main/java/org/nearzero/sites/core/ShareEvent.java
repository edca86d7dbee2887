package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.sites.SiteReport;

/** What may happen to a {@link Share}. */
public sealed interface ShareEvent {
    /** Something else may have changed, or it is time. */
    ShareEvent ASSESS = new Assess();

    /**
     * The site reports.
     *
     * @param incarnation which start of it
     * @param report what it tells
     */
    record Reported(long incarnation, SiteReport report) implements ShareEvent {
        public Reported {
            requireNonNull(report, "report");
        }
    }

    /** Policy, availability, reachability or places may have changed, or the instant has come. */
    record Assess() implements ShareEvent {}

    /** The policy's thresholds have changed. */
    record NewPolicy() implements ShareEvent {}

    /** The site is heard again after it was not: what it could not tell meanwhile is not held against it. */
    record Reached() implements ShareEvent {}
}
