package org.nearzero.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Hands over applications, new ones and new versions alike. */
@Command(name = "apply", description = "Hands an application over, or a new version of one.")
final class ApplyCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "its manifest in YAML or JSON; - for standard input; may be given several times")
    private List<String> files;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Client client = main.client();
        int exitCode = 0;
        for (String file : files) {
            // One that is refused does not keep the others back; no platform keeps all of them back.
            Client.Answer answer = applied(client, content(file));
            if (answer.isGood()) {
                Tree status = answer.body();
                out.println(Table.shown(status.text("appId")) + ": " + (answer.status() == 201 ? "taken" : "replaced")
                        + ", version " + Table.shown(status.text("appManifest", "version")) + ", "
                        + Table.shown(where(status)));
            } else {
                tell(file, answer, spec.commandLine().getErr());
                exitCode = CommandFailure.REFUSED;
            }
        }
        return exitCode;
    }

    /** How it is doing; of one whose homebase is another site nothing need be known here yet but that. */
    private static String where(Tree application) {
        String homebase = application.text("homebase");
        return homebase.isEmpty() || application.text("placement").equals("HOMEBASE")
                ? application.text("status", "state")
                : "homebase " + homebase;
    }

    /** The platform knows how to read manifests, and tells where the one that it has is. */
    private static Client.Answer applied(Client client, byte[] manifest) {
        Client.Answer posted = client.post("/apps", manifest);
        boolean known =
                posted.code().equals("ALREADY_EXISTS") && !posted.location().isEmpty();
        return known ? client.put(posted.location(), manifest) : posted;
    }

    /** Problems as compilers tell them, so that editors find their places. */
    private static void tell(String file, Client.Answer answer, PrintWriter err) {
        String name = file.equals("-") ? "standard input" : file;
        List<Tree> problems = answer.body().items("problems");
        if (problems.isEmpty()) {
            Main.say(err, name + ": " + Table.shown(answer.body().text("message")));
            return;
        }
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        Main.say(err, name + ": not taken, " + count + ":");
        for (Tree problem : problems) {
            err.println("  " + name + place(problem) + ": " + Table.shown(sentence(problem)));
        }
    }

    private static String place(Tree problem) {
        String line = problem.text("line");
        String column = problem.text("column");
        return (line.isEmpty() ? "" : ":" + line) + (column.isEmpty() ? "" : ":" + column);
    }

    private static String sentence(Tree problem) {
        String field = problem.text("field");
        String value = problem.text("value");
        return (field.isEmpty() ? "" : field + ": ") + (value.isEmpty() ? "missing" : value) + " (expected: "
                + problem.text("expected") + ")";
    }

    private byte[] content(String file) {
        try {
            return file.equals("-") ? main.in().readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new CommandFailure(CommandFailure.REFUSED, file + ": cannot be read: " + reason(e));
        }
    }

    /** In words; the exception's own message is often but the file's name. */
    static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "no such file"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
