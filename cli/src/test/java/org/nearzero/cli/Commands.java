package org.nearzero.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.management.internal.FakeIngress;
import org.nearzero.management.internal.FakeOrchestrator;
import org.nearzero.management.internal.ManagementServer;
import org.nearzero.management.internal.ManagementSettings;
import org.nearzero.store.contract.InMemoryStore;

/** A platform whose API is the real one, and the commands that are typed to it. */
abstract class Commands {
    static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    Path directory;

    final FakeOrchestrator orchestrator = new FakeOrchestrator();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final Map<String, String> environment = new HashMap<>();
    ManagementServer server;

    @BeforeEach
    void start() {
        serve(ManagementSettings.of("127.0.0.1", 0));
    }

    void serve(ManagementSettings settings) {
        server = new ManagementServer(
                settings, orchestrator, new FakeIngress(new Endpoint("127.0.0.1", 8080)), new InMemoryStore());
        server.start();
        environment.put("NEARZERO_ENDPOINT", "http://" + server.address());
    }

    @AfterEach
    void close() {
        server.close();
    }

    int run(String... args) {
        return fed("", args);
    }

    int fed(String in, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(
                args,
                environment,
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    static String manifest(String name, String version) {
        return """
                name: %1$s
                appProvider: acme
                version: "%2$s"
                appRepo: {imagePath: "acme/%1$s:7"}
                componentSpec: [{networkInterfaces: [{port: 8080}]}]
                serverlessPolicy: {routes: [{host: %1$s.example}]}
                """.formatted(name, version);
    }
}
