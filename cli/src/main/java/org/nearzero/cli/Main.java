package org.nearzero.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line of a running platform. Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no platform at the
 * endpoint.
 */
@Command(
        name = "nearzero",
        description = "Hands applications to a Nearzero that runs, watches them, and takes them back.",
        subcommands = {
            ApplyCommand.class,
            GetCommand.class,
            StatusCommand.class,
            DeleteCommand.class,
            AvailabilityCommand.Pop.class,
            AvailabilityCommand.Zone.class,
            VersionCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no platform at the endpoint."})
public final class Main {
    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "where the platform's API is (default: NEARZERO_ENDPOINT, or http://127.0.0.1:7080)")
    private String endpoint = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "the file with the platform's token, if it has one (default: NEARZERO_TOKEN_FILE)")
    private String tokenFile = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "shows this help")
    private boolean help;

    private final Map<String, String> environment;
    private final InputStream in;

    private Main(Map<String, String> environment, InputStream in) {
        this.environment = environment;
        this.in = in;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        System.exit(run(args, System.getenv(), System.in, out, err));
    }

    /** Runs one command. @return its exit code */
    static int run(String[] args, Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main(environment, in))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> {
                    CommandLine command = e.getCommandLine();
                    say(err, e.getMessage());
                    err.println("  \"" + command.getCommandSpec().qualifiedName() + " --help\" tells what there is.");
                    return CommandFailure.USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof CommandFailure failure) {
                        say(err, failure.getMessage());
                        return failure.exitCode();
                    }
                    throw e;
                });
        if (args.length == 0) {
            line.usage(err);
            return CommandFailure.USAGE;
        }
        return line.execute(args);
    }

    static void say(PrintWriter err, String message) {
        err.println("nearzero: " + message);
    }

    Client client() {
        return Connection.client(endpoint, tokenFile, environment);
    }

    InputStream in() {
        return in;
    }
}
