package org.nearzero.examples.applications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;
import org.nearzero.management.core.Manifest;

class ApplicationsTest {
    private static final Path DIRECTORY = Path.of("applications");

    @ParameterizedTest
    @MethodSource("files")
    void isAcceptedAndTeachesInItsFirstLine(Path file) throws IOException {
        String text = Files.readString(file);

        assertTrue(text.startsWith("# "), file.toString());
        assertEquals("acme", Manifest.parse(text).appProvider());
    }

    @Test
    void whatHelloLeavesOutHasItsDefault() throws IOException {
        Application hello = read("hello.yaml");

        assertEquals("nearzero/sample:1", hello.artefact().imagePath());
        assertEquals(ScalingPolicy.DEFAULT, hello.policy().scaling());
        assertEquals(Resources.DEFAULT, hello.resources());
        assertEquals(
                List.of(new RouteMatch("hello.example", "/")), hello.policy().routes());
    }

    @Test
    void everythingThatShopSaysIsUnderstood() throws IOException {
        Application shop = read("shop.yaml");

        assertEquals("acme-shop", shop.appId().value());
        assertEquals(
                new RouteMatch("www.example", "/shop"), shop.policy().routes().get(1));
        assertEquals("/ready", shop.policy().readiness().httpPath());
        assertEquals(50, shop.policy().scaling().maxConnectionsPerInstance());
        assertEquals(16L << 20, shop.policy().scaling().queue().maxBytes());
        assertEquals(Duration.ofMinutes(5), shop.policy().sessionIdleTimeout());
        assertEquals("50", shop.env().get("LIMIT"));
    }

    @Test
    void theOneThatFollowsItsUsersSaysWhenAndWhereTo() throws IOException {
        ServerlessPolicy policy = read("follow-me.yaml").policy();

        assertEquals(Optional.of(new ZoneId("zone-centre")), policy.homebaseZoneId());
        assertEquals(
                Optional.of(new MigrationPolicy(
                        20,
                        Duration.ofSeconds(5),
                        5,
                        Duration.ofMinutes(2),
                        Set.of(new ZoneId("zone-east"), new ZoneId("zone-west")),
                        4,
                        Duration.ofMinutes(1),
                        MigrationPolicy.OnHomebaseLost.START)),
                policy.migration());
    }

    @Test
    void theProcessOneCarriesItsArguments() throws IOException {
        Application application = read("hello-process.yaml");

        assertEquals("file:///usr/bin/env", application.artefact().imagePath());
        assertEquals("../../examples/sample.jar", application.command().get(5));
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().toList().stream();
        }
    }

    private static Application read(String name) throws IOException {
        return Manifest.parse(Files.readString(DIRECTORY.resolve(name)));
    }
}
