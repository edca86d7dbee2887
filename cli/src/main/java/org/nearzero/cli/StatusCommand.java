package org.nearzero.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells how the site is doing, or one application. */
@Command(name = "status", description = "Tells how the site is doing, or one application.")
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "APP", description = "the application; without it: the site")
    private String app = "";

    @Override
    public Integer call() {
        Client client = main.client();
        String text = app.isEmpty() ? site(client) : one(client, app);
        spec.commandLine().getOut().println(text.stripTrailing());
        return 0;
    }

    private static String site(Client client) {
        Tree site = client.get("/status").good().body();
        List<Tree> applications = client.list("/apps", "apps");
        String served = SitesViews.served(applications);
        return Views.site(site) + "\n" + Views.applications(applications) + (served.isEmpty() ? "" : "\n" + served);
    }

    static String one(Client client, String app) {
        Tree application = client.get(AppName.path(app)).good().body();
        List<Tree> instances = client.list("/app-instances?appId=" + app, "appInstances");
        return Views.application(application, instances);
    }
}
