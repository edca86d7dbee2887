package org.nearzero.cli;

import java.util.List;

/** What the API tells, as tables. */
final class Views {
    private Views() {}

    static String applications(List<Tree> applications) {
        Table table = new Table(
                "APP", "VERSION", "STATE", "READY", "DESIRED", "IN FLIGHT", "WAITING", "DEVICES", "CONDITION");
        for (Tree application : applications) {
            Tree status = application.at("status");
            table.row(
                    application.text("appId"),
                    application.text("appManifest", "version"),
                    status.text("state"),
                    status.text("instances", "ready"),
                    status.text("desired", "instances"),
                    status.text("demand", "inFlight"),
                    status.text("demand", "waiting"),
                    status.text("demand", "devices"),
                    status.text("condition"));
        }
        return table.isEmpty() ? "no application: \"nearzero apply -f FILE\" hands one over\n" : table.toString();
    }

    static String instances(List<Tree> instances) {
        Table table = new Table("INSTANCE", "APP", "STATUS", "SINCE", "CONNECTIONS", "DRIVER", "ADDRESS", "REASON");
        for (Tree instance : instances) {
            table.row(
                    instance.text("appInstanceId"),
                    instance.text("appId"),
                    instance.text("status"),
                    toTheSecond(instance.text("since")),
                    instance.text("connections"),
                    instance.text("driver"),
                    address(instance.at("componentEndpointInfo").first().at("accessPoints")),
                    instance.text("reason"));
        }
        return table.isEmpty() ? "no instance\n" : table.toString();
    }

    /** One application in full: lines of what and how, then its instances. */
    static String application(Tree application, List<Tree> instances) {
        Tree status = application.at("status");
        Table table = new Table("application", application.text("appId"))
                .row("version", application.text("appManifest", "version"))
                .row("provider", application.text("appManifest", "appProvider"))
                .row("image", application.text("appManifest", "appRepo", "imagePath"))
                .row("state", status.text("state"))
                .row("condition", status.text("condition").isEmpty() ? "well" : status.text("condition"));
        if (!status.text("retryAt").isEmpty()) {
            table.row("tried again at", toTheSecond(status.text("retryAt")));
        }
        table.row("desired", status.text("desired", "instances") + " (" + status.text("desired", "reason") + ")")
                .row("connections", connections(status.at("demand")));
        for (Tree route : application.items("appManifest", "serverlessPolicy", "routes")) {
            table.row("route", route.text("host") + route.text("pathPrefix"));
        }
        if (!application.text("homebase").isEmpty()) {
            table.row("homebase", application.text("homebase")).row("placement here", application.text("placement"));
        }
        String served = SitesViews.served(List.of(application));
        return table + "\n" + (served.isEmpty() ? "" : served + "\n") + instances(instances);
    }

    static String site(Tree site) {
        Table table = new Table("point of presence", site.text("popId")).row("version", site.text("version"));
        site.items("ingress").forEach(point -> table.row("users connect to", address(point)));
        table.row("applications", site.text("apps", "total") + counts(site.at("apps", "states")))
                .row("instances", sum(site.at("instances")) + counts(site.at("instances")))
                .row("connections", connections(site.at("demand")));
        for (Tree broken : site.items("brokenManifests")) {
            table.row("not readable", broken.text("key") + ": " + broken.text("message"));
        }
        return table.toString();
    }

    private static String connections(Tree demand) {
        long relayed = demand.number("relayed");
        return demand.text("inFlight") + " in flight, " + demand.text("waiting") + " waiting, "
                + (relayed == 0 ? "" : relayed + " relayed, ") + "of "
                + counted(demand, "devices") + " in " + counted(demand, "sessions");
    }

    /** A number and its noun, whose plural is the field's name. */
    private static String counted(Tree demand, String noun) {
        String number = demand.text(noun);
        return number + " " + (number.equals("1") ? noun.substring(0, noun.length() - 1) : noun);
    }

    /** An instant without its fraction; what is none stays as it is. */
    static String toTheSecond(String instant) {
        return instant.replaceFirst("\\.\\d+Z$", "Z");
    }

    private static long sum(Tree counts) {
        return counts.names().stream().mapToLong(counts::number).sum();
    }

    /** Those that are not 0, in brackets. */
    private static String counts(Tree counts) {
        List<String> words = counts.names().stream()
                .filter(name -> counts.number(name) != 0)
                .map(name -> counts.number(name) + " " + name)
                .toList();
        return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
    }

    static String address(Tree point) {
        String host = point.text("fqdn");
        for (String kind : List.of("ipv4Addresses", "ipv6Addresses")) {
            host = host.isEmpty() ? point.at(kind).first().text() : host;
        }
        return host.isEmpty() ? "" : (host.contains(":") ? "[" + host + "]" : host) + ":" + point.text("port");
    }
}
