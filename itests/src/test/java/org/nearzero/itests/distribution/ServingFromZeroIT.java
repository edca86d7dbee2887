package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.itests.distribution.Installation.Answer;
import org.nearzero.itests.distribution.Installation.Outcome;

/** A user's whole way: start, apply, a request from zero, status, delete, stop. */
class ServingFromZeroIT {
    @TempDir
    Path directory;

    private Installation installation;

    @BeforeEach
    void start() throws Exception {
        installation = new Installation(Files.createDirectory(directory.resolve("base")))
                .onFreePorts()
                .started();
    }

    @AfterEach
    void stop() throws Exception {
        installation.run("delete", "shop");
        assertEquals(new Outcome(0, "nearzero: stopped\n"), installation.run("stop"));
    }

    private void apply(String manifest) throws Exception {
        Path file = Files.writeString(directory.resolve("shop.yaml"), manifest);
        assertEquals(
                new Outcome(0, "shop: taken, version 1, ZERO\n"), installation.run("apply", "-f", file.toString()));
    }

    /** The names of the instances that are in a state. */
    private List<String> instances(String status) throws IOException, InterruptedException {
        return installation
                .run("get", "instances")
                .output()
                .lines()
                .map(line -> line.split(" +"))
                .filter(cells -> cells.length > 2 && cells[2].equals(status))
                .map(cells -> cells[0])
                .toList();
    }

    /** The one that has served: it is told as ready a moment after. */
    private List<String> ready() throws Exception {
        return Await.until(() -> instances("ready"), ready -> ready.size() == 1);
    }

    private void servesFromZero() throws Exception {
        assertEquals(List.of(), instances("ready"));
        assertEquals(200, installation.get("shop.example").status());
        assertEquals(1, ready().size());
        String status = installation.run("status", "shop").output();
        assertTrue(status.contains("SERVING"), status);
        assertEquals(new Outcome(0, "shop: taken back\n"), installation.run("delete", "shop"));
        assertEquals(404, Await.until(() -> installation.get("shop.example").status(), answer -> answer == 404));
    }

    @Test
    void aProcessIsServedFromZero() throws Exception {
        apply(Manifests.process("shop"));
        servesFromZero();
    }

    @Test
    void theShippedExampleIsServedAsItIs() throws Exception {
        Path examples = Installation.unpacked().resolve("examples");
        Files.createSymbolicLink(installation.file("examples"), examples);
        String manifest = examples.resolve("hello-process.yaml").toString();
        assertEquals(
                new Outcome(0, "hello-process: taken, version 1.0, ZERO\n"), installation.run("apply", "-f", manifest));
        try {
            Answer answer = installation.get("hello-process.example");
            assertEquals(200, answer.status(), answer.body());
        } finally {
            installation.run("delete", "hello-process");
        }
    }

    @Test
    void aContainerIsServedFromZero() throws Exception {
        SampleImage.build();
        apply(Manifests.of("shop", SampleImage.NAME, ""));
        servesFromZero();
    }

    @Test
    void whatRanBeforeAKillIsAdoptedAndServesOn() throws Exception {
        apply(Manifests.process("shop"));
        assertEquals(200, installation.get("shop.example").status());
        List<String> before = ready();
        installation.kill();
        installation.started();
        assertEquals(200, installation.get("shop.example").status());
        assertEquals(before, ready());
    }

    @Test
    void aPlugInThatIsPutIntoDeployIsStartedAndStoppedWhenItIsTakenAway() throws Exception {
        Path plugIn = plugIn();
        Path deployed = installation.file("deploy").resolve("keep-warm.jar");
        Files.copy(plugIn, deployed);
        assertLogged("rule joined: type=org.nearzero.examples.keepwarm.KeepWarmRule");
        Files.delete(deployed);
        assertLogged("rule left: type=org.nearzero.examples.keepwarm.KeepWarmRule");
    }

    private void assertLogged(String expected) throws Exception {
        String log = Await.until(
                () -> Files.readString(installation.file("logs/nearzero.log")), text -> text.contains(expected));
        assertTrue(log.contains(expected), () -> "not logged: " + expected + "; but: " + log);
    }

    private static Path plugIn() throws IOException {
        try (Stream<Path> files = Files.list(Manifests.SAMPLE.getParent())) {
            return files.filter(f -> f.toString().endsWith("-keep-warm.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
