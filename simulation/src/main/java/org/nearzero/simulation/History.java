package org.nearzero.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Migration;

/** What a run looked like from outside, second by second. */
final class History {
    /** What was at one moment at one site, of all applications together. */
    record Sample(double second, int sessions, int instances, int served, int relayed) {}

    /** A migration that entered a state. */
    record Event(double second, Migration migration) {}

    private final Map<PopId, List<Sample>> samples = new LinkedHashMap<>();
    private final List<Event> migrations = new ArrayList<>();

    void sample(World world) {
        double second = world.time.nanos() / 1e9;
        for (SimulatedSite site : world.sites.values()) {
            int sessions = 0;
            int served = 0;
            int relayed = 0;
            for (SimulatedApplication app : site.applications().values()) {
                sessions += app.gate().sessions();
                served += app.gate().carried();
                relayed += app.gate().relayedCount();
            }
            samples.computeIfAbsent(site.popId(), pop -> new ArrayList<>())
                    .add(new Sample(second, sessions, site.engine().all().size(), served, relayed));
        }
    }

    void migration(World world, Migration migration) {
        migrations.add(new Event(world.time.nanos() / 1e9, migration));
    }

    Map<PopId, List<Sample>> samples() {
        return samples;
    }

    List<Event> migrations() {
        return migrations;
    }
}
