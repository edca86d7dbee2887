package org.nearzero.examples.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SampleProcessTest {
    private Process process;

    @AfterEach
    void kill() {
        process.destroyForcibly();
    }

    @Test
    void exitsCleanlyWhenStoppedIdle() throws Exception {
        BufferedReader out = start(Map.of());
        out.readLine();
        process.toHandle().destroy();

        assertEquals("", out.lines().collect(Collectors.joining("\n")));
        assertEquals(0, process.waitFor());
    }

    @Test
    void saysSoWhenStoppedWithAConnectionInFlight() throws Exception {
        BufferedReader out = start(Map.of());
        try (Socket socket = connect(out.readLine())) {
            socket.getOutputStream().write("GET /hold?ms=60000 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            process.toHandle().destroy();

            assertEquals("STOPPED-BUSY 1", out.lines().collect(Collectors.joining("\n")));
            assertEquals(9, process.waitFor());
        }
    }

    @Test
    void crashesWhenTold() throws Exception {
        BufferedReader out = start(Map.of());
        try (Socket socket = connect(out.readLine())) {
            socket.getOutputStream().write("GET /exit?code=3 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertEquals(3, process.waitFor());
        }
    }

    @Test
    void failsAtStartWhenTold() throws Exception {
        start(Map.of("FAIL_AT_START", "7"));

        assertEquals(7, process.waitFor());
    }

    @Test
    void namesAVariableThatMakesNoSense() throws Exception {
        start(Map.of("LIMIT", "many"));

        assertEquals(2, process.waitFor());
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(error.contains("LIMIT: many (expected: 0 to 1000000)"), error);
    }

    private BufferedReader start(Map<String, String> env) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Sample.class.getName());
        builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", "0"));
        builder.environment().putAll(env);
        process = builder.start();
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static Socket connect(String listening) throws IOException {
        int port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }
}
