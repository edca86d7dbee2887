package org.nearzero.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One GET on a connection of its own, blocking. */
final class OneRequest {
    private static final int PATIENCE_MILLIS = 60_000;

    private OneRequest() {}

    /** Makes it. @return when its first byte was about to be sent and the connection about to be opened, by System.nanoTime() */
    static long get(InetSocketAddress target, String host) throws IOException {
        long begun = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(target, PATIENCE_MILLIS);
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            readAnswer(socket.getInputStream());
        }
        return begun;
    }

    private static void readAnswer(InputStream in) throws IOException {
        String answer = new String(in.readAllBytes(), ISO_8859_1);
        if (!answer.startsWith("HTTP/1.1 200 ") || !answer.contains("\r\n\r\n")) {
            throw new IOException(
                    answer.isEmpty() ? "closed without an answer" : "answer: " + answer.split("\r\n", 2)[0]);
        }
    }
}
