package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.itests.distribution.Installation.Answer;
import org.nearzero.itests.distribution.Installation.Outcome;

/** Bad input, each by command line and by REST: its exact message, nothing changed, and another application that serves on. */
class BadInputIT {
    private static final String SOME = Manifests.of("bad", "file:///bin/sleep", "\"600\"");

    @TempDir
    static Path directory;

    private static Installation installation;

    @BeforeAll
    static void start() throws Exception {
        installation = installation("base").started();
        Outcome apply = apply(installation, Manifests.process("good"));
        assertEquals(0, apply.exit(), apply.output());
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

    private static Outcome apply(Installation to, String manifest) throws Exception {
        return to.run(
                "apply",
                "-f",
                Files.writeString(directory.resolve("app.yaml"), manifest).toString());
    }

    private record Mistake(String what, String manifest, String told, int status, String inBody) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Mistake> refused() {
        String problem = "nearzero: FILE: not taken, 1 problem:\n  FILE";
        return Stream.of(
                new Mistake(
                        "malformed YAML",
                        "name: a: b",
                        problem + ":1:8: a ':' that does not belong here (expected: quotes around a value that contains"
                                + " ': ', or the same indentation as the fields above)\n",
                        400,
                        "does not belong here"),
                new Mistake(
                        "an unknown field",
                        SOME.replace("appProvider: acme\n", "appProvider: acme\ncolour: red\n"),
                        problem
                                + ":3: colour: unknown field (expected: one of appId, appProvider, appRepo, componentSpec,"
                                + " name, packageType, requiredResources, serverlessPolicy, version)\n",
                        400,
                        "colour"),
                new Mistake(
                        "a limit out of range",
                        SOME.replace("scaleInDelay: 10m", "maxConnectionsPerInstance: 0"),
                        problem
                                + ":14: serverlessPolicy.scaling.maxConnectionsPerInstance: 0 (expected: 1 to 1000000)\n",
                        400,
                        "1 to 1000000"),
                new Mistake(
                        "an image that is not there",
                        Manifests.of("bad", "acme/none:1", ""),
                        problem
                                + ": appRepo.imagePath: acme/none:1 (expected: what the driver can run: image acme/none:1 is"
                                + " not on the engine: pulling is switched off (load it there with `docker load` or"
                                + " `docker pull`, or fix appRepo.imagePath))\n",
                        400,
                        "is not on the engine"),
                new Mistake(
                        "a duplicate host name",
                        SOME.replace("bad.example", "good.example"),
                        "nearzero: FILE: app=bad pop=pop-1: route good.example belongs to application good (choose another"
                                + " host or pathPrefix, or delete that one)\n",
                        409,
                        "belongs to application good"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedWithItsReasonAndChangesNothing(Mistake mistake) throws Exception {
        String before = manifests();
        Outcome apply = apply(installation, mistake.manifest());
        String told =
                mistake.told().replace("FILE", directory.resolve("app.yaml").toString());
        assertEquals(new Outcome(1, told), apply);
        Answer posted = installation.post(mistake.manifest());
        assertEquals(mistake.status(), posted.status(), posted.body());
        assertTrue(posted.body().contains(mistake.inBody()), posted.body());
        assertEquals(before, manifests());
        assertEquals(200, installation.get("good.example").status());
    }

    @Test
    void oneThatNeverBecomesReadyIsToldToThoseWhoWait() throws Exception {
        fails(
                SOME.replace("scaleInDelay: 10m", "startupDeadline: 1s"),
                "did not become ready within 1s \\(startupDeadline\\) at 127\\.0\\.0\\.1:\\d+: have it listen there"
                        + " sooner, or raise startupDeadline");
    }

    @Test
    void oneThatExitsAtOnceIsToldToThoseWhoWait() throws Exception {
        fails(Manifests.of("bad", "file:///bin/false", ""), "exited by itself: exited with code 1");
    }

    private void fails(String manifest, String reason) throws Exception {
        assertEquals(new Outcome(0, "bad: taken, version 1, ZERO\n"), apply(installation, manifest));
        try {
            Answer answer = installation.get("bad.example");
            assertEquals(503, answer.status(), answer.body());
            assertTrue(
                    answer.body()
                            .matches("\\{\"status\":503,\"code\":\"UNAVAILABLE\",\"message\":\"bad: " + reason + "\"}"),
                    answer.body());
            String status = installation.run("status", "bad").output();
            assertTrue(
                    status.replaceAll("\\s+", " ").matches(".*condition last start failed: " + reason + " .*"), status);
            assertEquals(200, installation.get("good.example").status());
        } finally {
            installation.run("delete", "bad", "--drain", "0s");
        }
    }

    @Test
    void aPortInUseIsToldWithItsPlaceAndTheOtherPlatformServesOn() throws Exception {
        int taken = installation.endpoint("ingress").getPort();
        Installation second = installation("second")
                .edited(
                        "\"host\": \"127.0.0.1\",\n    \"port\": 0\n  },\n\n  // The REST",
                        "\"host\": \"127.0.0.1\",\n    \"port\": " + taken + "\n  },\n\n  // The REST");
        String reason = "ingress 127.0.0.1:" + taken + ": cannot listen: Address already in use (see who does with"
                + " `ss -ltnp 'sport = :" + taken + "'` and stop it, or set another port in org.nearzero.ingress)";
        Outcome start = second.run("start");
        assertEquals(1, start.exit());
        assertEquals(
                "nearzero: does not come up:\n"
                        + "  org.nearzero.ingress.internal.IngressComponent: " + reason + "\n"
                        + "    -> ports are set in " + second.file("conf/nearzero.json") + "\n"
                        + "  The log: " + second.file("logs/nearzero.log") + "\n",
                start.output());
        assertFalse(Files.exists(second.file("run/pid")));
        Outcome foreground = second.run("start", "--foreground");
        assertEquals(1, foreground.exit(), foreground.output());
        assertTrue(foreground.output().contains(reason), foreground.output());
        assertEquals(200, installation.get("good.example").status());
    }

    @Test
    void withoutAnEngineItServesProcessesAndTellsWhyContainersDoNot() throws Exception {
        Path socket = directory.resolve("absent.sock");
        Installation without = installation("without").edited("/var/run/docker.sock", socket.toString());
        without.started();
        try {
            Outcome apply = apply(without, Manifests.of("bad", "acme/none:1", ""));
            assertEquals(0, apply.exit(), apply.output());
            Answer answer = without.get("bad.example");
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains(socket.toString()), answer.body());
            assertEquals(0, apply(without, Manifests.process("well")).exit());
            assertEquals(200, without.get("well.example").status());
        } finally {
            without.run("delete", "well", "--drain", "0s");
            without.run("delete", "bad", "--drain", "0s");
            without.run("stop");
        }
    }

    /** All manifests with their versions, without what changes by itself. */
    private static String manifests() throws Exception {
        return installation
                .run("get")
                .output()
                .lines()
                .map(line -> line.replaceAll(" +", " ").split(" "))
                .map(cells -> cells[0] + " " + cells[1])
                .toList()
                .toString();
    }
}
