package org.nearzero.drivers.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppInstanceId;

class PortsTest {
    private static final int LOOKS = 2_000;

    private final Ports ports = new Ports();

    private int free() {
        return ports.promise(new AppInstanceId("shop.1"));
    }

    @Test
    void aPortIsTakenAsLongAsSomebodyListensOnIt() throws IOException {
        int port;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = other.getLocalPort();
            assertTrue(Ports.taken(port));
        }
        assertFalse(Ports.taken(port));
    }

    @Test
    void nobodyIsEverAcceptedWhereAPortIsOnlyLookedAt() throws InterruptedException {
        int port = free();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        Thread client = new Thread(() -> {
            while (!over.get()) {
                attempts.incrementAndGet();
                if (isAccepted(port)) {
                    accepted.incrementAndGet();
                }
            }
        });
        client.start();
        for (int i = 0; i < LOOKS || attempts.get() < LOOKS; i++) {
            Ports.taken(port);
        }
        over.set(true);
        client.join();
        assertEquals(0, accepted.get(), "connections of " + attempts.get());
    }

    private static boolean isAccepted(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort() != port; // the kernel may join a socket on that very port to itself
        } catch (IOException refused) {
            return false;
        }
    }
}
