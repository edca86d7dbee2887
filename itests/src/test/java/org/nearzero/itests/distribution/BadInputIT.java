package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.itests.distribution.Documented.assertMatches;
import static org.nearzero.itests.distribution.Documented.assertTold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.itests.distribution.Installation.Answer;
import org.nearzero.itests.distribution.Installation.Outcome;

/**
 * Bad input, each by command line and by REST: its exact message as {@code docs/bad-input.md} has it, nothing changed, and another
 * application that serves on.
 */
class BadInputIT {
    private static final String SOME = Manifests.of("bad", "file:///bin/sleep", "\"600\"");

    @TempDir
    static Path directory;

    private static Installation installation;

    @BeforeAll
    static void start() throws Exception {
        SampleImage.build();
        installation = installation("base").started();
        assertEquals(new Outcome(0, "good: taken, version 1, ZERO\n"), apply(installation, well("good")));
        assertEquals(200, installation.get("good.example").status());
    }

    @AfterAll
    static void stop() throws Exception {
        installation.run("delete", "good", "--drain", "0s");
        installation.run("stop");
    }

    private static Installation installation(String name) throws IOException {
        return new Installation(Files.createDirectory(directory.resolve(name))).onFreePorts();
    }

    /** One that works. Its session outlasts the tests, so that it is one and the same in all that is compared. */
    private static String well(String name) {
        return Manifests.process(name).replace("serverlessPolicy:\n", "serverlessPolicy:\n  sessionIdleTimeout: 1h\n");
    }

    private static Outcome apply(Installation to, String manifest) throws Exception {
        return to.run(
                "apply",
                "-f",
                Files.writeString(directory.resolve("app.yaml"), manifest).toString());
    }

    /** How an application is handed over. */
    private enum Way {
        COMMAND_LINE {
            @Override
            void handOver(Installation to, String manifest) throws Exception {
                assertEquals(new Outcome(0, "bad: taken, version 1, ZERO\n"), apply(to, manifest));
            }
        },
        REST {
            @Override
            void handOver(Installation to, String manifest) throws Exception {
                Answer answer = to.post(manifest);
                assertEquals(201, answer.status(), answer.body());
            }
        };

        abstract void handOver(Installation to, String manifest) throws Exception;
    }

    /**
     * A manifest that is refused.
     *
     * @param place where, as the command line has it behind the name of the file
     * @param placeInApi the same as the API has it
     */
    private record Mistake(
            String what, String manifest, String place, String placeInApi, String message, int status, String code) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Mistake> refused() {
        String invalid = "INVALID_ARGUMENT";
        String limit = "serverlessPolicy.scaling.maxConnectionsPerInstance";
        return Stream.of(
                new Mistake(
                        "malformed YAML",
                        "name: a: b",
                        ":1:8: ",
                        "line 1, column 8: ",
                        "a ':' that does not belong here (expected: quotes around a value that contains ': ', or the same"
                                + " indentation as the fields above)",
                        400,
                        invalid),
                new Mistake(
                        "an unknown field",
                        SOME.replace("appProvider: acme\n", "appProvider: acme\ncolour: red\n"),
                        ":3: colour: ",
                        "colour (line 3): ",
                        "unknown field (expected: one of appId, appProvider, appRepo, componentSpec, name, packageType,"
                                + " requiredResources, serverlessPolicy, version)",
                        400,
                        invalid),
                new Mistake(
                        "a limit out of range",
                        SOME.replace("scaleInDelay: 10m", "maxConnectionsPerInstance: 0"),
                        ":14: " + limit + ": ",
                        limit + " (line 14): ",
                        "0 (expected: 1 to 1000000)",
                        400,
                        invalid),
                new Mistake(
                        "an image that is not there",
                        Manifests.of("bad", "acme/none:1", ""),
                        ": appRepo.imagePath: ",
                        "appRepo.imagePath: ",
                        "acme/none:1 (expected: what the driver can run: image acme/none:1 is not on the engine: pulling is"
                                + " switched off (load it there with `docker load` or `docker pull`, or fix"
                                + " appRepo.imagePath))",
                        400,
                        invalid),
                new Mistake(
                        "a program that is not there",
                        Manifests.of("bad", "file:///opt/none", ""),
                        ": appRepo.imagePath: ",
                        "appRepo.imagePath: ",
                        "file:///opt/none (expected: what the driver can run: file:///opt/none: no such file on this machine:"
                                + " put it there, or fix appRepo.imagePath)",
                        400,
                        invalid),
                new Mistake(
                        "a duplicate host name",
                        SOME.replace("bad.example", "good.example"),
                        ": ",
                        "",
                        "app=bad pop=pop-1: route good.example belongs to application good (choose another host or"
                                + " pathPrefix, or delete that one)",
                        409,
                        "ALREADY_EXISTS"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedWithItsReasonAndChangesNothing(Mistake mistake) throws Exception {
        Snapshot before = Snapshot.atRest(installation);
        Outcome apply = apply(installation, mistake.manifest());
        assertEquals(1, apply.exit(), apply.output());
        String told = "<file>" + mistake.place() + mistake.message();
        String heading = mistake.status() == 400 ? "nearzero: <file>: not taken, 1 problem:\n  " : "nearzero: ";
        assertMatches(heading + told + "\n", apply.output());
        assertTold(told, apply.output().strip().replaceFirst("(?s)^nearzero: (.*\n *)?", ""));

        Answer posted = installation.post(mistake.manifest());
        JsonNode error = json(posted);
        assertEquals(mistake.status(), posted.status(), posted.body());
        assertEquals(mistake.status(), error.path("status").asInt());
        assertEquals(mistake.code(), error.path("code").asText());
        assertEquals(
                mistake.placeInApi() + mistake.message(), error.path("message").asText());

        assertEquals(200, installation.get("good.example").status());
        before.assertUnchanged(installation);
    }

    private static JsonNode json(Answer answer) throws IOException {
        return new JsonMapper().readTree(answer.body());
    }

    @ParameterizedTest
    @EnumSource
    void oneThatNeverBecomesReadyIsToldToThoseWhoWait(Way way) throws Exception {
        fails(
                installation,
                way,
                neverReady(),
                "did not become ready within 10s (startupDeadline) at 127.0.0.1:<port>: have it listen there sooner, or raise"
                        + " startupDeadline");
    }

    /** It has its port all the time: one that nobody listens at may be given to another program of this machine, which answers. */
    private static String neverReady() {
        String listens = "exec /bin/busybox httpd -f -p 127.0.0.1:$PORT -h " + directory;
        return Manifests.of("bad", "file:///bin/busybox", "\"sh\", \"-c\", \"" + listens + "\"")
                .replace("serverlessPolicy:\n", "serverlessPolicy:\n  readiness:\n    httpPath: /absent\n")
                .replace("scaleInDelay: 10m", "startupDeadline: 10s");
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatExitsAtOnceIsToldToThoseWhoWait(Way way) throws Exception {
        fails(
                installation,
                way,
                Manifests.of("bad", "file:///bin/false", ""),
                "exited by itself: exited with code 1; it wrote nothing: run it by hand, with PORT set, to see why");
    }

    @ParameterizedTest
    @EnumSource
    void aContainerThatExitsAtOnceIsToldToThoseWhoWaitWithItsLastOutput(Way way) throws Exception {
        fails(
                installation,
                way,
                Manifests.of("bad", SampleImage.NAME, "").replace("command: []", "env: {FAIL_AT_START: \"3\"}"),
                "exited by itself: exit code 3; look at its last output: sample: FAIL_AT_START says so");
    }

    /** One that can be handed over, and that those who wait for it are told the reason of; others do not notice. */
    private static void fails(Installation at, Way way, String manifest, String reason) throws Exception {
        Snapshot before = Snapshot.atRest(at);
        way.handOver(at, manifest);
        try {
            Answer answer = at.get("bad.example");
            assertEquals(503, answer.status(), answer.body());
            assertEquals("UNAVAILABLE", json(answer).path("code").asText());
            assertTold("bad: " + reason, json(answer).path("message").asText());
            String condition = Await.until(
                    () -> json(at.api("/apps/bad"))
                            .path("status")
                            .path("condition")
                            .asText(),
                    told -> told.contains("last start failed: ")); // those who wait are told first
            assertTrue(condition.contains("last start failed: "), condition);
            // What else there is to say of a driver that cannot work stands around it.
            assertMatches(
                    reason, condition.replaceFirst("^.*last start failed: ", "").replaceFirst("; artefact .*$", ""));
            String status = at.run("status", "bad").output();
            assertTrue(status.contains("condition") && status.contains(condition), status);
        } finally {
            at.run("delete", "bad", "--drain", "0s");
        }
        before.assertUnchanged(at);
    }

    @Test
    void aPortInUseIsToldWithItsPlaceAndTheOtherPlatformServesOn() throws Exception {
        int taken = installation.endpoint("ingress").getPort();
        Snapshot before = Snapshot.atRest(installation);
        Installation second = installation("second")
                .edited(
                        "\"host\": \"127.0.0.1\",\n    \"port\": 0\n  },\n\n  // The REST",
                        "\"host\": \"127.0.0.1\",\n    \"port\": " + taken + "\n  },\n\n  // The REST");
        String message =
                "ingress 127.0.0.1:<port>: cannot listen: Address already in use (see who does with `ss -ltnp 'sport ="
                        + " :<port>'` and stop it, or set another port in org.nearzero.ingress)";
        Outcome start = second.run("start");
        assertEquals(1, start.exit());
        String[] lines = start.output().split("\n");
        String component = "  org.nearzero.ingress.internal.IngressComponent: ";
        assertTrue(lines[1].startsWith(component), start.output());
        assertTold(message, lines[1].substring(component.length()));
        assertEquals(
                "nearzero: does not come up:\n"
                        + component + message.replace("<port>", "" + taken) + "\n"
                        + "    -> ports are set in " + second.file("conf/nearzero.json") + "\n"
                        + "  The log: " + second.file("logs/nearzero.log") + "\n",
                start.output());
        assertFalse(Files.exists(second.file("run/pid")));
        Outcome foreground = second.run("start", "--foreground");
        assertEquals(1, foreground.exit(), foreground.output());
        assertTrue(foreground.output().contains(message.replace("<port>", "" + taken)), foreground.output());
        assertEquals(200, installation.get("good.example").status());
        before.assertUnchanged(installation);
    }

    @Test
    void aStoreInUseIsToldAndTheOtherPlatformServesOn() throws Exception {
        Snapshot before = Snapshot.atRest(installation);
        Path file = installation.file("data/store/nearzero.mv");
        doesNotStart(
                installation("sharing").edited("data/store/nearzero.mv", file.toString()),
                "store <store> is in use by another process (stop the other Nearzero, or give this one a file of its own:"
                        + " key file of org.nearzero.store)");
        assertEquals(200, installation.get("good.example").status());
        before.assertUnchanged(installation);
    }

    @Test
    void aDamagedStoreIsToldAndLeftAsItIs() throws Exception {
        Installation damaged = installation("damaged");
        Path file = damaged.file("data/store/nearzero.mv");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x".repeat(20_000));
        doesNotStart(
                damaged,
                "store <store> is damaged: Store header is corrupt: <store> (it was left as it is: put a copy in its place,"
                        + " or move it away to begin with nothing)");
        assertEquals("x".repeat(20_000), Files.readString(file));
    }

    private static void doesNotStart(Installation at, String message) throws Exception {
        Outcome start = at.run("start");
        assertEquals(1, start.exit(), start.output());
        String component = "  org.nearzero.store.internal.StoreComponent: ";
        String told = start.output()
                .lines()
                .filter(line -> line.startsWith(component))
                .findFirst()
                .orElseThrow(() -> new AssertionError(start.output()));
        assertTold(message, told.substring(component.length()));
        assertFalse(Files.exists(at.file("run/pid")));
    }

    @Test
    void withoutAnEngineItServesProcessesAndTellsWhyContainersDoNot() throws Exception {
        Path socket = directory.resolve("absent.sock");
        Installation without = installation("without").edited("/var/run/docker.sock", socket.toString());
        without.started();
        try {
            assertEquals(0, apply(without, well("well")).exit());
            assertEquals(200, without.get("well.example").status());
            for (Way way : Way.values()) {
                fails(
                        without,
                        way,
                        Manifests.of("bad", "acme/none:1", ""),
                        "app=bad pop=pop-1 instance=<instance>: start: image=acme/none:1: inspect: No such file or directory; no"
                                + " Docker engine answers at <socket> (start it: systemctl start docker; or set"
                                + " `host` to its socket)");
            }
            assertEquals(200, without.get("well.example").status());
        } finally {
            without.run("delete", "well", "--drain", "0s");
            without.run("stop");
        }
    }
}
