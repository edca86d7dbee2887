package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.locks.LockSupport;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;

/** Users of the shipped example that follows its users, and the application with less patience than an operator has. */
final class Users {
    /** More than it takes to have it served where they are. */
    static final int CROWD = 8;

    private static final String HOST = "follow-me.example";

    private Users() {}

    static String manifest() throws Exception {
        String text = Files.readString(Installation.unpacked().resolve("examples/follow-me.yaml"));
        return text.replaceFirst("sessionThreshold: 20", "sessionThreshold: 6")
                        .replaceFirst("sessionWindow: 5s", "sessionWindow: 500ms")
                        .replaceFirst("returnThreshold: 5", "returnThreshold: 2")
                        .replaceFirst("cooldown: 2m", "cooldown: 500ms")
                + "  scaling:\n    scaleInDelay: 1s\n    stabilizationWindow: 500ms\n  sessionIdleTimeout: 500ms\n";
    }

    /** Nobody yet; so many as {@link LoadGenerator#connections} says. */
    static LoadGenerator at(Installation site) throws Exception {
        InetSocketAddress door = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), site.endpoint("ingress").getPort());
        return new LoadGenerator(
                door, LoadPlan.of(HOST, "/hold?ms=20").from(CROWD).perConnection(20));
    }

    /** Lets all of them go home, and looks at what they got. */
    static void assertAllAnswered(LoadGenerator load) throws Exception {
        load.connections(0);
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (load.inFlight() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(10_000_000);
        }
        assertTrue(load.report().flawless(), load.report().toString());
        assertTrue(load.report().requests() > CROWD, load.report().toString());
    }
}
