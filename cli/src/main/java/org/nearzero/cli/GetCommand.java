package org.nearzero.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lists applications, instances, points of presence, zones or migrations, or shows one application. */
@Command(
        name = "get",
        description =
                "Lists applications, instances, points of presence, zones or migrations, or shows one application.")
final class GetCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "apps|instances|pops|zones|migrations|APP",
            description = "what to get: all applications (the default), all instances, points of presence, zones or"
                    + " migrations, or the application of that name")
    private String what = "apps";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "for a person (the default), or for a program, as the API has it")
    private Output output = Output.TABLE;

    @Override
    public Integer call() {
        Client client = main.client();
        spec.commandLine().getOut().println(text(client).stripTrailing());
        return 0;
    }

    private String text(Client client) {
        boolean json = output == Output.JSON;
        switch (what) {
            case "apps" -> {
                List<Tree> applications = client.list("/apps", "apps");
                return json ? Tree.of("apps", applications).json() : Views.applications(applications);
            }
            case "instances" -> {
                List<Tree> instances = client.list("/app-instances", "appInstances");
                return json ? Tree.of("appInstances", instances).json() : Views.instances(instances);
            }
            case "pops" -> {
                List<Tree> pops = client.list("/points-of-presence", "pointsOfPresence");
                return json ? Tree.of("pointsOfPresence", pops).json() : SitesViews.pops(pops);
            }
            case "zones" -> {
                List<Tree> zones = client.list("/edge-cloud-zones", "edgeCloudZones");
                return json ? Tree.of("edgeCloudZones", zones).json() : SitesViews.zones(zones);
            }
            case "migrations" -> {
                List<Tree> migrations = client.list("/migrations", "migrations");
                return json ? Tree.of("migrations", migrations).json() : SitesViews.migrations(migrations);
            }
            default -> {
                return json ? client.get(AppName.path(what)).good().body().json() : StatusCommand.one(client, what);
            }
        }
    }
}
