package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.itests.distribution.Installation.Outcome;

/** Three sites of one operator's, three processes, set up and driven as their operator does it. */
@Timeout(300)
class ThreeSitesIT {
    private static final String APP = "follow-me";

    @TempDir
    Path directory;

    private Operator operator;

    @BeforeEach
    void start() throws Exception {
        SampleImage.build();
        operator = new Operator(directory);
        operator.site("three-a", "zone-centre");
        operator.site("three-b", "zone-west");
        operator.site("three-c", "zone-east");
        operator.certified("three-a");
        operator.certified("three-b");
        operator.at("three-a").started();
        operator.at("three-b").started();
        Outcome joined = operator.join("three-c", operator.token("three-c"));
        assertEquals(0, joined.exit(), joined.output());
        operator.at("three-c").started();
    }

    @AfterEach
    void stop() throws Exception {
        operator.at("three-a").run("delete", APP);
        operator.close();
    }

    private void apply(String pop) throws Exception {
        Path file = Files.writeString(directory.resolve("follow-me.yaml"), Users.manifest());
        Outcome applied = operator.at(pop).run("apply", "-f", file.toString());
        assertEquals(new Outcome(0, APP + ": taken, version 1.0, homebase three-a\n"), applied);
    }

    @Test
    void anApplicationIsHandedOnFollowsItsUsersAndComesBackWhenTheyLeaveOrTheSiteIsDrained() throws Exception {
        for (String pop : List.of("three-a", "three-b", "three-c")) {
            operator.awaitTold(pop, "three-a zone-centre ACTIVE yes", "get", "pops");
            operator.awaitTold(pop, "three-b zone-west ACTIVE yes", "get", "pops");
            operator.awaitTold(pop, "three-c zone-east ACTIVE yes", "get", "pops");
        }
        apply("three-b");
        operator.awaitTold("three-b", "homebase three-a", "status", APP);
        operator.awaitTold("three-c", "placement here RELAY", "status", APP);
        operator.awaitTold("three-a", "no migration", "get", "migrations");
        try (LoadGenerator load = Users.at(operator.at("three-c"))) {
            load.connections(Users.CROWD);
            operator.awaitTold("three-a", "three-a three-c COMPLETED", "get", "migrations");
            operator.awaitTold("three-c", "placement here SERVE", "status", APP);
            assertFalse(operator.at("three-c").run("get", "instances").output().contains("no instance"));
            load.connections(1);
            operator.awaitTold("three-a", "three-c three-a COMPLETED", "get", "migrations");
            operator.awaitTold("three-c", "placement here RELAY", "status", APP);
            operator.awaitTold("three-c", "no instance", "get", "instances");
            load.connections(Users.CROWD);
            operator.awaitTold("three-c", "placement here SERVE", "status", APP);
            Outcome drained = operator.at("three-b").run("pop", "drain", "three-c");
            assertEquals(new Outcome(0, "three-c: DRAINING\n"), drained);
            operator.awaitTold("three-a", "three-c zone-east DRAINING yes", "get", "pops");
            operator.awaitTold("three-c", "placement here RELAY", "status", APP);
            operator.awaitTold("three-c", "no instance", "get", "instances");
            Users.assertAllAnswered(load);
        }
        assertEquals(
                new Outcome(0, APP + ": taken back\n"), operator.at("three-b").run("delete", APP));
        for (String pop : List.of("three-a", "three-b", "three-c")) {
            operator.awaitTold(pop, "no application", "get", "apps");
            operator.awaitTold(pop, "no instance", "get", "instances");
        }
    }
}
