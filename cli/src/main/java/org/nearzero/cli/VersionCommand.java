package org.nearzero.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells the versions of this command and of the platform. */
@Command(name = "version", description = "Tells the versions of this command and of the platform, if it runs.")
final class VersionCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("command    " + own());
        Tree site = main.client().get("/status").good().body();
        out.println("platform   " + Table.shown(site.text("version")) + " (" + Table.shown(site.text("popId")) + ")");
        return 0;
    }

    private static String own() throws IOException {
        try (InputStream file = VersionCommand.class.getResourceAsStream("build.properties")) {
            Properties build = new Properties();
            build.load(Objects.requireNonNull(file, "build.properties"));
            return build.getProperty("version");
        }
    }
}
