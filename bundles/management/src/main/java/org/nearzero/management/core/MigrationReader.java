package org.nearzero.management.core;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.ZoneId;

/** Reads where an application is at home, and when it follows its users. */
final class MigrationReader {
    private static final ZoneId NOWHERE = new ZoneId("placeholder");

    private final Findings findings;

    MigrationReader(Findings findings) {
        this.findings = findings;
    }

    /** The zone of its homebase; empty if the author leaves that to the operator. */
    Optional<ZoneId> homebaseZone(Section policy) {
        String zone = policy.text("homebaseZoneId", "");
        return policy.has("homebaseZoneId") && policy.isText("homebaseZoneId")
                ? Optional.of(zone(policy, "homebaseZoneId", zone))
                : Optional.empty();
    }

    /** Empty, which means never, if the author does not speak of it. An empty heading may mean either, so it is asked for. */
    Optional<MigrationPolicy> migration(Section policy) {
        Section migration = policy.section("migration");
        if (policy.names("migration") && !policy.has("migration")) {
            policy.problem("migration", "nothing", "{} for the defaults, or no such field: it never migrates then");
        }
        return policy.has("migration") ? Optional.of(read(migration)) : Optional.empty();
    }

    private MigrationPolicy read(Section migration) {
        MigrationPolicy defaults = MigrationPolicy.DEFAULT;
        int threshold = migration.count("sessionThreshold", defaults.sessionThreshold());
        Duration window = migration.duration("sessionWindow", defaults.sessionWindow());
        // Whoever sets a low threshold and leaves out the way back gets one that lies below it.
        int back = migration.count("returnThreshold", Math.max(0, Math.min(defaults.returnThreshold(), threshold - 1)));
        Duration cooldown = migration.duration("cooldown", defaults.cooldown());
        Set<ZoneId> zones = zones(migration);
        int pops = migration.count("maxServingPops", defaults.maxServingPops());
        Duration drain = migration.duration("drainTimeout", defaults.drainTimeout());
        OnHomebaseLost lost = onHomebaseLost(migration);
        migration.end();
        return findings.make(
                defaults,
                () -> new MigrationPolicy(threshold, window, back, cooldown, zones, pops, drain, lost),
                field -> new Findings.At(migration, field));
    }

    private static OnHomebaseLost onHomebaseLost(Section migration) {
        List<String> words =
                Arrays.stream(OnHomebaseLost.values()).map(Enum::name).toList();
        String word = migration.oneOf("onHomebaseLost", words, String.join(" or ", words));
        return words.contains(word) ? OnHomebaseLost.valueOf(word) : MigrationPolicy.DEFAULT.onHomebaseLost();
    }

    private Set<ZoneId> zones(Section migration) {
        Map<ZoneId, String> seen = new LinkedHashMap<>();
        List<String> names = migration.texts("allowedZones");
        for (int i = 0; i < names.size(); i++) {
            String field = "allowedZones[" + i + "]";
            ZoneId zone = zone(migration, field, names.get(i));
            String before = zone == NOWHERE ? null : seen.putIfAbsent(zone, field);
            if (before != null) {
                migration.problem(
                        field, zone.value(), "no zone twice; it stands in line " + migration.line(before, ""));
            }
        }
        return seen.keySet();
    }

    private ZoneId zone(Section section, String field, String name) {
        return findings.make(NOWHERE, () -> new ZoneId(name), invalid -> new Findings.At(section, field));
    }
}
