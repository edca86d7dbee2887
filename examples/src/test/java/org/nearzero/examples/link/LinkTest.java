package org.nearzero.examples.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LinkTest {
    private static final Duration DELAY = Duration.ofMillis(50);

    private ServerSocket server;
    private Thread accepting;
    private Link link;

    @BeforeEach
    void echo() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accepting = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    Thread each = new Thread(() -> echo(socket));
                    each.setDaemon(true);
                    each.start();
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        accepting.setDaemon(true);
        accepting.start();
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // Its client is gone.
        }
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    private void link(Weather weather) {
        link = new Link(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), weather, 42);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(60_000); // what hangs fails, not the build
        return socket;
    }

    private static void roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertEquals('x', socket.getInputStream().read());
    }

    /** Sends and reads at once: more may be under way than the sockets hold. */
    private static byte[] echoed(Socket socket, byte[] bytes) throws Exception {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        InputStream in = socket.getInputStream();
        byte[] back = in.readAllBytes();
        sent.get();
        return back;
    }

    @Test
    void carriesEverythingInOrderWhateverTheWeather() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        link(new Weather(Duration.ofMillis(1), 0.01, false));
        try (Socket socket = connect()) {
            assertArrayEquals(bytes, echoed(socket, bytes));
        }
    }

    @Test
    void takesAtLeastTheDelayEachWayAndARoundTripToConnect() throws IOException {
        link(new Weather(DELAY, 0, false));
        long begun = System.nanoTime();
        try (Socket socket = connect()) {
            roundTrip(socket);
            assertTrue(System.nanoTime() - begun >= 4 * DELAY.toNanos());
            long again = System.nanoTime();
            roundTrip(socket);
            assertTrue(System.nanoTime() - again >= 2 * DELAY.toNanos());
        }
    }

    @Test
    void aLossCostsARoundTripAndATimeout() throws IOException {
        Weather stormy = new Weather(DELAY, 0.999999, false);
        link(stormy);
        try (Socket socket = connect()) {
            long begun = System.nanoTime();
            roundTrip(socket);
            assertTrue(System.nanoTime() - begun >= 2 * stormy.pause().toNanos());
        }
    }

    @Test
    void nothingGetsThroughWhileItIsCutAndAllOfItAfterwards() throws Exception {
        link(Weather.FINE);
        try (Socket socket = connect()) {
            roundTrip(socket);
            link.weather(Weather.FINE.cutOff());
            socket.getOutputStream().write('y');
            socket.setSoTimeout(300);
            assertThrows(java.net.SocketTimeoutException.class, () -> socket.getInputStream()
                    .read());
            link.weather(Weather.FINE);
            socket.setSoTimeout(0);
            assertEquals('y', socket.getInputStream().read());
        }
    }

    @Test
    void aResetBreaksConnectionsAndNewOnesWork() throws IOException {
        link(Weather.FINE);
        try (Socket socket = connect()) {
            roundTrip(socket);
            link.reset();
            assertThrows(java.net.SocketException.class, () -> {
                if (socket.getInputStream().read() < 0) {
                    throw new java.net.SocketException("closed in order");
                }
            });
        }
        try (Socket socket = connect()) {
            roundTrip(socket);
        }
    }

    @Test
    void nobodyAtTheOtherEndIsAConnectionThatBreaks() throws Exception {
        link(Weather.FINE);
        server.close();
        accepting.join(); // as long as it waits in accept, the port goes on taking connections
        try (Socket socket = connect()) {
            assertThrows(IOException.class, () -> {
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("closed in order");
                }
            });
        }
    }

    @Test
    void impossibleWeatherIsRefused() {
        link(Weather.FINE);
        assertThrows(IllegalArgumentException.class, () -> new Weather(Duration.ofMillis(-1), 0, false));
        assertThrows(IllegalArgumentException.class, () -> new Weather(Duration.ZERO, 1, false));
        assertThrows(IllegalArgumentException.class, () -> new Weather(Duration.ZERO, Double.NaN, false));
    }
}
