package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.itests.distribution.Installation.Outcome;

/**
 * Two sites as processes, each with an engine of its own, and no registry: the image that only the homebase's engine has gets to the site where
 * the users are, and the application is served from it there.
 */
class ImageFromTheHomebaseIT {
    private static final String APP = "follow-me";

    @TempDir
    private Path directory;

    private Operator operator;
    private SecondEngine engine;

    @BeforeEach
    void start() throws Exception {
        SampleImage.build();
        engine = new SecondEngine();
        operator = new Operator(directory);
        operator.site("image-a", "zone-centre");
        operator.site("image-b", "zone-west").edited("unix:///var/run/docker.sock", engine.host());
        for (String pop : List.of("image-a", "image-b")) {
            operator.certified(pop);
            operator.at(pop).started();
        }
    }

    @AfterEach
    void stop() throws Exception {
        operator.at("image-a").run("delete", APP);
        operator.close();
        engine.close();
    }

    @Test
    void anImageThatOnlyTheHomebaseHasIsServedWhereTheUsersAre() throws Exception {
        assertEquals("", engine.docker("images", "-q"));
        operator.awaitTold("image-b", "image-a zone-centre ACTIVE yes", "get", "pops");
        Path manifest = Files.writeString(directory.resolve("follow-me.yaml"), Users.manifest());
        assertEquals(
                new Outcome(0, APP + ": taken, version 1.0, homebase image-a\n"),
                operator.at("image-b").run("apply", "-f", manifest.toString()));
        operator.awaitTold("image-b", "placement here RELAY", "status", APP);

        try (LoadGenerator load = Users.at(operator.at("image-b"))) {
            load.connections(Users.CROWD);
            operator.awaitTold("image-a", "image-a image-b COMPLETED", "get", "migrations");
            operator.awaitTold("image-b", "placement here SERVE", "status", APP);
            assertEquals(
                    1,
                    engine.docker("ps", "-q")
                            .lines()
                            .filter(id -> !id.isBlank())
                            .count());
            Users.assertAllAnswered(load);
        }

        operator.awaitLogged("image-b", "event=image-brought app=follow-me image=nearzero/sample:1 from=image-a");
        assertEquals(
                SecondEngine.run("docker", "image", "inspect", "-f", "{{.Id}}", SampleImage.NAME),
                engine.docker("image", "inspect", "-f", "{{.Id}}", SampleImage.NAME));
        assertFalse(hasFiles(operator.at("image-b").file("data/images")));
    }

    private static boolean hasFiles(Path spool) throws Exception {
        try (Stream<Path> all = Files.walk(spool)) {
            return all.anyMatch(Files::isRegularFile);
        }
    }
}
