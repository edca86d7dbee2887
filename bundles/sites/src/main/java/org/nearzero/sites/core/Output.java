package org.nearzero.sites.core;

import java.time.Duration;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Migration;

/** Where the parts of a site put what follows from an event. The site puts it in order: what is kept comes first. */
interface Output {
    void keep(Kept kept);

    void drop(Kept kept);

    /** A site is to be told. */
    void assign(Assignment assignment);

    /** A site has no assignment any more, because the application is gone. */
    void unassign(ShareRecord share);

    void tell(Migration migration);

    void place(Application application, Placement placement);

    void remove(AppId appId, Duration drain);

    /** The epoch that this site acts on for an application has changed: its homebase is to learn of it. */
    void acts(FollowerRecord follower);
}
