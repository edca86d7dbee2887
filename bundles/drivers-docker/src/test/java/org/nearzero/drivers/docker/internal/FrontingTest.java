package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontingTest {
    @TempDir
    Path proc;

    @Test
    void nothingToBeSeenCountsAsFronted() {
        assertEquals(true, new Fronting(proc).isFronted(32_768));
    }

    @Test
    void aForwardingBridgeAndNoProxyIsNotFronted() throws IOException {
        bridge("docker0", "1\n");
        process("17", "/usr/sbin/docker-proxy\0-proto\0tcp\0-host-ip\0127.0.0.1\0-host-port\0" + "999\0");
        assertEquals(false, new Fronting(proc).isFronted(32_768));
    }

    @Test
    void aProxyThatHoldsThePortIsFrontedWhateverTheBridgeSays() throws IOException {
        bridge("docker0", "1\n");
        process("17", "/usr/sbin/docker-proxy\0-proto\0tcp\0-host-ip\0127.0.0.1\0-host-port\0" + "32768\0");
        assertEquals(true, new Fronting(proc).isFronted(32_768));
    }

    @Test
    void aBridgeThatDoesNotForwardIsFronted() throws IOException {
        bridge("docker0", "0\n");
        bridge("all", "1\n");
        assertEquals(true, new Fronting(proc).isFronted(32_768));
    }

    @Test
    void looksAgainOnceToldToForget() throws IOException {
        Fronting fronting = new Fronting(proc);
        fronting.isFronted(32_768);
        bridge("docker0", "1\n");
        assertEquals(true, fronting.isFronted(32_768));
        fronting.forget();
        assertEquals(false, fronting.isFronted(32_768));
    }

    private void bridge(String name, String value) throws IOException {
        Path device = Files.createDirectories(proc.resolve("sys/net/ipv4/conf").resolve(name));
        Files.writeString(device.resolve("route_localnet"), value);
    }

    private void process(String pid, String commandLine) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve(pid)).resolve("cmdline"), commandLine);
    }
}
