package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;

/**
 * How an application does at a site, as that tells the homebase. The whole current truth each time, so that one that is lost,
 * repeated or late does no harm.
 *
 * @param popId which site
 * @param appId which application
 * @param epoch of the assignment that the site acts on; 0: of none
 * @param sequence rises with each report of the site's; a lower one is old
 * @param sessions sessions there, as its proxy sees them, at least 0
 * @param devices devices that have a connection there, at least 0
 * @param connections connections on instances there, or waiting for one, at least 0
 * @param relayed connections that are relayed to the homebase, at least 0
 * @param ready instances there that are ready, at least 0
 * @param starting instances there that are on their way, at least 0
 * @param condition what is wrong there, for a person; may be empty
 */
public record SiteReport(
        PopId popId,
        AppId appId,
        long epoch,
        long sequence,
        int sessions,
        int devices,
        int connections,
        int relayed,
        int ready,
        int starting,
        String condition) {
    public SiteReport {
        requireNonNull(popId, "popId");
        requireNonNull(appId, "appId");
        requireNonNull(condition, "condition");
    }
}
