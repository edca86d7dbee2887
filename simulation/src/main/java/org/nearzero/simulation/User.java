package org.nearzero.simulation;

import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;

/** A device that uses one application, request after request, and moves from site to site. */
final class User {
    private final World world;
    private final AppId app;
    private final String device;
    private PopId place;
    private boolean still;
    private boolean gone;
    private Connection open;

    User(World world, AppId app, String device, PopId place) {
        this.world = world;
        this.app = app;
        this.device = device;
        this.place = place;
        next(world.between(0, 5_000));
        move();
    }

    String device() {
        return device;
    }

    /** From now on it stays where it is, and does just enough to keep its session. */
    void settle() {
        still = true;
    }

    /** From now on it makes no request. */
    void leave() {
        gone = true;
    }

    boolean isBusy() {
        return open != null;
    }

    private void move() {
        long stays = world.scenario.moving().toNanos();
        world.time.afterNanos(stays / 2 + world.random.nextLong(stays), () -> {
            if (!still && !gone) {
                PopId[] places = world.sites.keySet().toArray(PopId[]::new);
                place = places[world.random.nextInt(places.length)];
                move();
            }
        });
    }

    private void next(long delay) {
        world.time.afterNanos(delay, () -> {
            if (!gone) {
                request();
            }
        });
    }

    private void request() {
        SimulatedSite site = world.site(place);
        SimulatedApplication entry = site.isUp() ? site.application(app) : null;
        if (entry == null) {
            // The site is down, or has not heard of the application: nobody answers for it.
            world.laws.unserved(site, app);
            next(world.between(500, 1_500));
            return;
        }
        boolean isLong = world.random.nextInt(20) == 0;
        long lasts = isLong ? world.between(5_000, 60_000) : world.between(1, 300);
        open = new Connection(this, entry, world.time.nanos(), lasts);
        entry.gate().arrive(open);
    }

    /** It ended; failed if {@code why} is not empty. */
    void ended(Connection connection, String why) {
        open = null;
        world.laws.ended(connection, why);
        next(still ? world.between(5_000, 15_000) : world.between(100, 3_000));
    }
}
