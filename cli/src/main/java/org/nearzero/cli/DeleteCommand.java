package org.nearzero.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes an application back and waits until it is gone. */
@Command(name = "delete", description = "Takes an application back, and waits until it is gone.")
final class DeleteCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 100;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "APP", description = "the application")
    private String app;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            description = "how long connections in flight may go on: 500ms, 30s, 5m, up to 1h (default: 10s)")
    private String drain = "10s";

    @Option(names = "--no-wait", description = "returns at once; connections in flight may still go on")
    private boolean noWait;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!drain.matches("[0-9]{1,9}(ms|s|m|h)")) {
            throw new CommandFailure(
                    CommandFailure.USAGE, "--drain: " + drain + " (expected: 500ms, 30s, 5m, up to 1h)");
        }
        Client client = main.client();
        String path = AppName.path(app);
        boolean draining = client.delete(path + "?drain=" + drain).good().status() == 202;
        if (draining && noWait) {
            out.println(app + ": being taken back");
            return 0;
        }
        while (draining) {
            // The platform bounds the drain; whoever has had enough may end this command, which changes nothing.
            Thread.sleep(POLL_MILLIS);
            Client.Answer answer = client.get(path);
            draining = answer.status() != 404
                    && answer.good().body().text("status", "state").equals("DELETING");
        }
        out.println(app + ": taken back");
        return 0;
    }
}
