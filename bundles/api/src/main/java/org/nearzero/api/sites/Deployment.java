package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;

/**
 * Where an application is served, as its homebase knows it; another site knows its own part alone.
 *
 * @param application the application
 * @param homebase where its policies and its orchestrator live
 * @param assignments what the other sites do for it, by site; the reason of one that waits until fewer serve says whose bound it waits
 *     for
 * @param reports what they last told, by site
 * @param migrations what is under way, and what has ended lately; oldest first
 */
public record Deployment(
        Application application,
        PopId homebase,
        List<Assignment> assignments,
        List<SiteReport> reports,
        List<Migration> migrations) {
    public Deployment {
        requireNonNull(application, "application");
        requireNonNull(homebase, "homebase");
        assignments = List.copyOf(assignments);
        reports = List.copyOf(reports);
        migrations = List.copyOf(migrations);
    }
}
