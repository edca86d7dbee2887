package org.nearzero.management.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.store.contract.InMemoryStore;

class GuardTest {
    private static final ManagementSettings SETTINGS =
            new ManagementSettings("127.0.0.1", 0, Optional.empty(), List.of("Edge.example"), false);

    @TempDir
    Path directory;

    private final FakeOrchestrator orchestrator = new FakeOrchestrator();

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:7080", "127.0.0.1:1", "127.9.9.9", "[::1]:7080", "edge.EXAMPLE:80"})
    void aNameOfItsOwnIsLetIn(String host) {
        assertDoesNotThrow(() -> new Guard(SETTINGS, Optional.empty()).check(host, List.of(), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:7080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil.example@localhost",
                "192.168.0.1",
                "[::2]",
                "[::1",
                ":7080"
            })
    void anyOtherNameIsRefused(String host) {
        Failure refused =
                assertThrows(Failure.class, () -> new Guard(SETTINGS, Optional.empty()).check(host, List.of(), ""));
        assertEquals("PERMISSION_DENIED", refused.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:8080", "https://localhost:7080", ""})
    void aPageFromElsewhereIsRefused(String origin) {
        Guard guard = new Guard(SETTINGS, Optional.empty());
        assertDoesNotThrow(() -> guard.check("localhost:7080", List.of("http://localhost:7080"), ""));
        assertThrows(Failure.class, () -> guard.check("localhost:7080", List.of(origin), ""));
    }

    @Test
    void refusalsAreAnsweredOverHttpAndNothingIsDone() {
        try (ManagementServer server = started(ManagementSettings.of("127.0.0.1", 0))) {
            String manifest = ManagementServerTest.manifest("shop", "1");
            Call.Answer rebound = Call.of(server.address(), "POST", "/apps")
                    .yaml(manifest)
                    .with("Host", "evil.example")
                    .answer();
            assertEquals(
                    "403 PERMISSION_DENIED Host: evil.example is no name of this API (expected: localhost, or one of"
                            + " hostNames in org.nearzero.management)",
                    rebound.told());
            Call.Answer foreign = Call.of(server.address(), "POST", "/apps")
                    .yaml(manifest)
                    .with("Origin", "http://evil.example")
                    .answer();
            assertEquals(
                    "403 PERMISSION_DENIED Origin: http://evil.example (expected: none, or http://" + server.address()
                            + ")",
                    foreign.told());
            assertEquals(List.of(), orchestrator.calls());
        }
    }

    @Test
    void withATokenFileOnlyItsReadersAreLetIn() throws IOException {
        Path file = directory.resolve("token");
        try (ManagementServer server =
                started(ManagementSettings.of("127.0.0.1", 0).withTokenFile(file))) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            String token = Files.readString(file).strip();
            assertTrue(token.length() >= 43, token);

            Call.Answer without = Call.of(server.address(), "GET", "/apps").answer();
            assertEquals(
                    "401 UNAUTHENTICATED Authorization: missing (expected: Bearer and the content of the platform's token"
                            + " file)",
                    without.told());
            assertEquals("Bearer", without.headers().get("www-authenticate"));
            assertEquals(401, status(server, "Bearer " + token + "x"));
            assertEquals(401, status(server, token));
            assertEquals(401, status(server, "Basic " + token));
            assertEquals(200, status(server, "bearer " + token));
        }
        String before = Files.readString(file);
        started(ManagementSettings.of("127.0.0.1", 0).withTokenFile(file)).close();
        assertEquals(before, Files.readString(file), "a token outlives a restart");
        assertNotEquals("", before);
    }

    @Test
    void aTokenFileThatOthersCanReadIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(
                "token file " + file + ": permissions rw-r----- (expected: rw-------; chmod 600 it, and change the"
                        + " token: others may have read it)",
                assertThrows(
                                UncheckedIOException.class,
                                () -> started(
                                        ManagementSettings.of("127.0.0.1", 0).withTokenFile(file)))
                        .getMessage());
    }

    private static int status(ManagementServer server, String authorization) {
        return Call.of(server.address(), "GET", "/apps")
                .with("Authorization", authorization)
                .answer()
                .status();
    }

    private ManagementServer started(ManagementSettings settings) {
        ManagementServer server = new ManagementServer(settings, orchestrator, new FakeIngress(), new InMemoryStore());
        server.start();
        return server;
    }
}
