package org.nearzero.management.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;

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
