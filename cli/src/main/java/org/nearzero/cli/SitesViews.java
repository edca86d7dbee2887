package org.nearzero.cli;

import java.util.List;
import java.util.stream.Collectors;

/** What the API tells about sites, zones, migrations, and where applications are served, as tables. */
final class SitesViews {
    private SitesViews() {}

    static String pops(List<Tree> pops) {
        Table table = new Table("POP", "ZONE", "AVAILABILITY", "REACHABLE", "INGRESS", "DOORS", "LAST HEARD");
        for (Tree pop : pops) {
            table.row(
                    pop.text("popId"),
                    pop.text("edgeCloudZoneId"),
                    pop.text("availability"),
                    pop.text("reachable").equals("true") ? "yes" : "no",
                    addresses(pop.items("ingress")),
                    addresses(pop.items("doors")),
                    Views.toTheSecond(pop.text("lastHeard")));
        }
        return table.toString();
    }

    private static String addresses(List<Tree> points) {
        return points.stream().map(Views::address).collect(Collectors.joining(", "));
    }

    static String zones(List<Tree> zones) {
        Table table = new Table("ZONE", "STATUS", "AVAILABILITY", "POPS");
        for (Tree zone : zones) {
            String availability = zone.text("availability");
            table.row(
                    zone.text("edgeCloudZoneId"),
                    zone.text("edgeCloudZoneStatus"),
                    availability.isEmpty() ? "mixed" : availability,
                    zone.items("pointsOfPresence").stream().map(Tree::text).collect(Collectors.joining(", ")));
        }
        return table.toString();
    }

    static String migrations(List<Tree> migrations) {
        Table table = new Table("MIGRATION", "APP", "FROM", "TO", "STATE", "SINCE", "ATTEMPT", "REASON");
        for (Tree migration : migrations) {
            table.row(
                    migration.text("migrationId"),
                    migration.text("appId"),
                    migration.text("source"),
                    migration.text("target"),
                    migration.text("state"),
                    Views.toTheSecond(migration.text("since")),
                    migration.text("attempt"),
                    migration.text("reason"));
        }
        return table.isEmpty() ? "no migration\n" : table.toString();
    }

    /** Where each application is served, site by site; empty for a platform without peers. */
    static String served(List<Tree> applications) {
        Table table = new Table("APP", "POP", "ROLE", "EPOCH", "SESSIONS", "CONNECTIONS", "RELAYED", "READY", "REASON");
        for (Tree application : applications) {
            for (Tree pop : application.items("pointsOfPresence")) {
                table.row(
                        application.text("appId"),
                        pop.text("popId"),
                        pop.text("role"),
                        pop.text("epoch"),
                        pop.text("sessions"),
                        pop.text("connections"),
                        pop.text("relayed"),
                        pop.text("ready"),
                        pop.text("condition").isEmpty() ? pop.text("reason") : pop.text("condition"));
            }
        }
        return table.isEmpty() ? "" : table.toString();
    }
}
