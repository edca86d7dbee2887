package org.nearzero.management.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.ZoneId;

class ManifestTest {
    private static final String SHOP = """
            name: shop
            appProvider: acme
            version: 1.10
            appRepo:
              imagePath: acme/shop:7
            componentSpec:
              - networkInterfaces:
                  - port: 8080
            serverlessPolicy:
              routes:
                - host: shop.example
              scaling:
                maxInstances: 5
            """;

    @Test
    void aManifestAndItsJsonSayTheSame() {
        Application shop = Manifest.parse(SHOP);

        assertEquals("1.10", shop.version());
        assertEquals(shop, Manifest.parse(Json.text(ManifestView.of(shop))));
    }

    @Test
    void anApplicationThatSaysNothingOfItNeverMigrates() {
        Application shop = Manifest.parse(SHOP);

        assertEquals(Optional.empty(), shop.policy().migration());
        assertEquals(Optional.empty(), shop.policy().homebaseZoneId());
        assertEquals(false, Json.text(ManifestView.of(shop)).contains("migration"));
    }

    @Test
    void whatAMigrationPolicyLeavesOutIsAsItsDefaultsSay() {
        assertEquals(Optional.of(MigrationPolicy.DEFAULT), migration("{}"));
        MigrationPolicy east = migration("{allowedZones: [east]}").orElseThrow();
        assertEquals(Set.of(new ZoneId("east")), east.allowedZones());
        assertEquals(MigrationPolicy.DEFAULT.cooldown(), east.cooldown());
    }

    @Test
    void theWayBackLiesBelowALowThresholdOfWhichItIsNotSaid() {
        assertEquals(1, migration("{sessionThreshold: 2}").orElseThrow().returnThreshold());
        assertEquals(3, migration("{sessionThreshold: 4}").orElseThrow().returnThreshold());
    }

    @Test
    void everythingThatIsSaidOfMigrationCountsAndIsTold() {
        Application shop = Manifest.parse(SHOP + """
                  homebaseZoneId: centre
                  migration:
                    sessionThreshold: 20
                    sessionWindow: 5s
                    returnThreshold: 4
                    cooldown: 2m
                    allowedZones: [west, east]
                    maxServingPops: 7
                    drainTimeout: 90s
                    onHomebaseLost: START
                """);

        assertEquals(Optional.of(new ZoneId("centre")), shop.policy().homebaseZoneId());
        assertEquals(
                Optional.of(new MigrationPolicy(
                        20,
                        Duration.ofSeconds(5),
                        4,
                        Duration.ofMinutes(2),
                        Set.of(new ZoneId("east"), new ZoneId("west")),
                        7,
                        Duration.ofSeconds(90),
                        MigrationPolicy.OnHomebaseLost.START)),
                shop.policy().migration());
        assertEquals(shop, Manifest.parse(Json.text(ManifestView.of(shop))));
    }

    private static Optional<MigrationPolicy> migration(String policy) {
        return Manifest.parse(SHOP + "  migration: " + policy + "\n").policy().migration();
    }

    @Test
    void everyProblemIsToldWithItsLine() {
        String message =
                refusal(SHOP.replace("maxInstances: 5", "maxInstance: 5").replace("8080", "70000"));

        assertEquals(true, message.contains("port (line 8): 70000 (expected: 1 to 65535)"), message);
        assertEquals(true, message.contains("(line 13): unknown field, did you mean maxInstances?"), message);
    }

    @Test
    void malformedYamlIsToldWithLineAndColumn() {
        assertEquals(true, refusal("name: a: b").startsWith("line 1, column 8: a ':' that does not belong here"));
    }

    @Test
    void aliasesTagsAndSecondDocumentsAreRefused() {
        assertEquals(true, refusal("a: *b").contains("the alias *b"));
        assertEquals(true, refusal("a: !!java.lang.String x").contains("tags are not taken"));
        assertEquals(true, refusal("a: 1\n---\nb: 2\n").contains("a second document begins"));
    }

    private static String refusal(String manifest) {
        return assertThrows(InvalidInputException.class, () -> Manifest.parse(manifest))
                .getMessage();
    }
}
