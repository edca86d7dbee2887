package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.SiteReport;

/**
 * One site's part in an application, as the homebase knows it.
 *
 * @param kept what survives a crash
 * @param incarnation which start of the site told the report; 0: none did
 * @param report what it last told; of sequence -1: nothing yet
 * @param levels its sessions over time
 */
public record Share(ShareRecord kept, long incarnation, SiteReport report, Levels levels) {
    public Share {
        requireNonNull(kept, "kept");
        requireNonNull(report, "report");
        requireNonNull(levels, "levels");
    }

    /** From what was kept, or {@link ShareRecord#relaying}: nothing is known of its sessions. */
    public static Share of(ShareRecord kept, Instant now) {
        return new Share(kept, 0, nothing(kept.appId(), kept.popId()), Levels.unknown(now));
    }

    private static SiteReport nothing(AppId appId, PopId popId) {
        return new SiteReport(popId, appId, 0, -1, 0, 0, 0, 0, 0, 0, "");
    }

    Share with(ShareRecord next) {
        return next == kept ? this : new Share(next, incarnation, report, levels);
    }
}
