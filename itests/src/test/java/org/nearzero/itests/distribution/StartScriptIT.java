package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.itests.distribution.Installation.Outcome;

/** {@code bin/nearzero}: what it does with the process, and what it says when something is wrong. */
class StartScriptIT {
    /** A configuration with free ports and a bundle to expect. */
    private static final String CONFIGURATION = """
            {
              // comments are allowed
              ":configurator:resource-version": 1,
              ":configurator:symbolic-name": "org.nearzero.conf",
              ":configurator:version": "0.1.0",
              "org.nearzero.ingress": { "port": 0 },
              "org.nearzero.management": { "port": 0 },
              "org.nearzero.startup": { "expected": ["EXPECTED"] }
            }
            """;

    @TempDir
    Path directory;

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(Files.createDirectory(directory.resolve("a base")));
    }

    @Test
    void refusesAConfigurationThatIsNoJsonAndNamesTheFile() throws Exception {
        Outcome start = installation.configured("{ \"org.nearzero.startup\": ").run("start");
        assertEquals(1, start.exit(), start.output());
        assertTrue(start.output().contains("conf/nearzero.json: no JSON: "), start.output());
        assertTrue(start.output().contains("line no="), start.output());
        assertFalse(Files.exists(installation.file("run/pid")), "a pid file is left of a start that failed");
    }

    @Test
    void namesWhatIsMissingWhenItDoesNotServeInTime() throws Exception {
        Outcome start = installation
                .configured(CONFIGURATION.replace("EXPECTED", "org.nearzero.absent"))
                .with("NEARZERO_START_WAIT", "15")
                .with("PATH", timeThatPassesOnce("has not started") + ":" + System.getenv("PATH"))
                .run("start");
        assertEquals(1, start.exit(), start.output());
        assertTrue(start.output().contains("does not serve after 15 s"), start.output());
        assertTrue(start.output().contains("org.nearzero.absent: has not started"), start.output());
    }

    /** A directory with a {@code date} whose time stands still until the platform says this of itself, and is over then. */
    private String timeThatPassesOnce(String said) throws IOException {
        Path date = Files.createDirectory(directory.resolve("time")).resolve("date");
        String state = installation.file("run/state").toString();
        Files.writeString(
                date,
                "#!/bin/sh\nif grep -q '" + said + "' '" + state + "' 2>/dev/null; then echo 1000; else echo 1; fi\n");
        assertTrue(date.toFile().setExecutable(true));
        return date.getParent().toString();
    }

    @Test
    void refusesAMisspeltKeyOfTheConfigurationAndNamesTheOneThatWasMeant() throws Exception {
        Outcome start = installation
                .onFreePorts()
                .edited("\"imageAllowList\": []", "\"imageAllowlist\": [\"acme/*\"]")
                .run("start");
        assertEquals(1, start.exit(), start.output());
        assertTrue(start.output().contains("org.nearzero.policy.imageAllowlist: \"[acme/*]\""), start.output());
        assertTrue(start.output().contains("did you mean imageAllowList?"), start.output());
    }

    @Test
    void refusesAJavaHomeWithoutJava() throws Exception {
        Outcome start = installation.with("JAVA_HOME", directory.toString()).run("start");
        assertEquals(1, start.exit());
        assertEquals(
                "nearzero: JAVA_HOME=" + directory + " has no bin/java: set it to a JDK 17 or newer\n", start.output());
    }

    @Test
    void refusesAJavaThatIsTooOldAndSaysWhatIsNeeded() throws Exception {
        Path old = Files.createDirectories(directory.resolve("jdk/bin"));
        Path java = Files.writeString(old.resolve("java"), "#!/bin/sh\nexit 9\n");
        assertTrue(java.toFile().setExecutable(true));
        Files.writeString(old.resolveSibling("release"), "JAVA_VERSION=\"11.0.2\"\n");
        Outcome start =
                installation.with("JAVA_HOME", old.getParent().toString()).run("start");
        assertEquals(1, start.exit());
        assertTrue(start.output().contains("is version 11, 17 or newer is needed"), start.output());
    }

    @Test
    void refusesABaseDirectoryThatDoesNotExist() throws Exception {
        Outcome start =
                installation.with("NEARZERO_BASE", directory + "/absent").run("start");
        assertEquals(1, start.exit());
        assertTrue(start.output().contains("is no directory: make it, and copy"), start.output());
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertEquals(1, installation.run("begin").exit());
        Outcome option = installation.run("start", "--backgruond");
        assertEquals(1, option.exit());
        assertTrue(option.output().contains("(expected: --foreground or --console)"), option.output());
    }

    @Test
    void stoppingWhatDoesNotRunSucceeds() throws Exception {
        Outcome stop = installation.run("stop");
        assertEquals(new Outcome(0, "nearzero: not running\n"), stop);
    }
}
