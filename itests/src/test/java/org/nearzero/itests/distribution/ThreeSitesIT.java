package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.itests.distribution.Installation.Outcome;

/** Three sites of one operator's, three processes, set up and driven as their operator does it. */
@Timeout(300)
class ThreeSitesIT {
    private static final String APP = "follow-me";
    private static final String HOST = APP + ".example";
    private static final int CROWD = 10;

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

    /** The shipped example, with less patience than an operator has. */
    private String manifest() throws Exception {
        String text = Files.readString(Installation.unpacked().resolve("examples/follow-me.yaml"));
        return text.replaceFirst("sessionThreshold: 20", "sessionThreshold: 6")
                        .replaceFirst("sessionWindow: 5s", "sessionWindow: 500ms")
                        .replaceFirst("returnThreshold: 5", "returnThreshold: 2")
                        .replaceFirst("cooldown: 2m", "cooldown: 500ms")
                + "  scaling:\n    scaleInDelay: 1s\n    stabilizationWindow: 500ms\n  sessionIdleTimeout: 500ms\n";
    }

    private void apply(String pop) throws Exception {
        Path file = Files.writeString(directory.resolve("follow-me.yaml"), manifest());
        Outcome applied = operator.at(pop).run("apply", "-f", file.toString());
        assertEquals(new Outcome(0, APP + ": taken, version 1.0, homebase three-a\n"), applied);
    }

    private LoadGenerator usersAt(String pop) throws Exception {
        InetSocketAddress door = new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                operator.at(pop).endpoint("ingress").getPort());
        return new LoadGenerator(
                door, LoadPlan.of(HOST, "/hold?ms=20").from(CROWD).perConnection(20));
    }

    private static void assertAllAnswered(LoadGenerator load) throws Exception {
        load.connections(0);
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (load.inFlight() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(10_000_000);
        }
        assertTrue(load.report().flawless(), load.report().toString());
        assertTrue(load.report().requests() > CROWD, load.report().toString());
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
        try (LoadGenerator load = usersAt("three-c")) {
            load.connections(CROWD);
            operator.awaitTold("three-a", "three-a three-c COMPLETED", "get", "migrations");
            operator.awaitTold("three-c", "placement here SERVE", "status", APP);
            assertFalse(operator.at("three-c").run("get", "instances").output().contains("no instance"));
            load.connections(1);
            operator.awaitTold("three-a", "three-c three-a COMPLETED", "get", "migrations");
            operator.awaitTold("three-c", "placement here RELAY", "status", APP);
            operator.awaitTold("three-c", "no instance", "get", "instances");
            load.connections(CROWD);
            operator.awaitTold("three-c", "placement here SERVE", "status", APP);
            Outcome drained = operator.at("three-b").run("pop", "drain", "three-c");
            assertEquals(new Outcome(0, "three-c: DRAINING\n"), drained);
            operator.awaitTold("three-a", "three-c zone-east DRAINING yes", "get", "pops");
            operator.awaitTold("three-c", "placement here RELAY", "status", APP);
            operator.awaitTold("three-c", "no instance", "get", "instances");
            assertAllAnswered(load);
        }
        assertEquals(
                new Outcome(0, APP + ": taken back\n"), operator.at("three-b").run("delete", APP));
        for (String pop : List.of("three-a", "three-b", "three-c")) {
            operator.awaitTold(pop, "no application", "get", "apps");
            operator.awaitTold(pop, "no instance", "get", "instances");
        }
    }
}
