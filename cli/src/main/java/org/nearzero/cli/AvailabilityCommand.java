package org.nearzero.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says whether applications may be placed at a point of presence, or in a zone. */
abstract class AvailabilityCommand {
    private static final String DRAIN = "Lets none come, and has those that are there go: maintenance.";
    private static final String EXCLUDE = "Lets none come; those that are there stay until they leave by themselves.";
    private static final String ACTIVATE = "Lets applications be placed there again.";

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    /** A point of presence. */
    @Command(
            name = "pop",
            description = "Says whether applications may be placed at a point of presence.",
            synopsisSubcommandLabel = "(drain|exclude|activate)")
    static final class Pop extends AvailabilityCommand {
        @Command(name = "drain", description = DRAIN)
        int drain(@Parameters(paramLabel = "POP", description = "its name") String pop) {
            return set("/points-of-presence/", pop, "DRAINING");
        }

        @Command(name = "exclude", description = EXCLUDE)
        int exclude(@Parameters(paramLabel = "POP", description = "its name") String pop) {
            return set("/points-of-presence/", pop, "EXCLUDED");
        }

        @Command(name = "activate", description = ACTIVATE)
        int activate(@Parameters(paramLabel = "POP", description = "its name") String pop) {
            return set("/points-of-presence/", pop, "ACTIVE");
        }
    }

    /** All points of presence of a zone. */
    @Command(
            name = "zone",
            description = "Says whether applications may be placed at the points of presence of a zone.",
            synopsisSubcommandLabel = "(drain|exclude|activate)")
    static final class Zone extends AvailabilityCommand {
        @Command(name = "drain", description = DRAIN)
        int drain(@Parameters(paramLabel = "ZONE", description = "its name") String zone) {
            return set("/edge-cloud-zones/", zone, "DRAINING");
        }

        @Command(name = "exclude", description = EXCLUDE)
        int exclude(@Parameters(paramLabel = "ZONE", description = "its name") String zone) {
            return set("/edge-cloud-zones/", zone, "EXCLUDED");
        }

        @Command(name = "activate", description = ACTIVATE)
        int activate(@Parameters(paramLabel = "ZONE", description = "its name") String zone) {
            return set("/edge-cloud-zones/", zone, "ACTIVE");
        }
    }

    int set(String resource, String name, String availability) {
        PrintWriter out = spec.commandLine().getOut();
        Tree patch = new Tree(Map.of("availability", availability));
        main.client().patch(resource + AppName.segment(name), patch.json()).good();
        out.println(Table.shown(name) + ": " + availability);
        return 0;
    }
}
