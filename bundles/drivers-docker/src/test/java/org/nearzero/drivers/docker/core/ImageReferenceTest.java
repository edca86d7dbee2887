package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String SHA = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "shop, shop, latest, ''",
        "acme/shop:7, acme/shop, 7, ''",
        "registry.example:5000/acme/shop:7.1-rc_1, registry.example:5000/acme/shop, 7.1-rc_1, registry.example:5000",
        "localhost/shop, localhost/shop, latest, localhost",
        "a__b/c--d, a__b/c--d, latest, ''",
    })
    void takesAReferenceApart(String text, String name, String version, String registry) {
        ImageReference reference = ImageReference.parse(text).orElseThrow();
        assertEquals(name, reference.name());
        assertEquals(version, reference.version());
        assertEquals(registry, reference.registry().orElse(""));
    }

    @Test
    void asksForTheDigestWhereThereIsOne() {
        assertEquals(
                SHA, ImageReference.parse("acme/shop:7@" + SHA).orElseThrow().version());
    }

    @Test
    void knowsAnIdThatNoRegistryHas() {
        assertTrue(ImageReference.parse(SHA).orElseThrow().isId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///opt/shop",
                "file:shop",
                "Acme/Shop",
                "shop:",
                "shop@sha256:12",
                "-shop",
                "a b",
                "shop//x",
                ""
            })
    void refusesWhatIsNoReference(String text) {
        assertEquals(Optional.empty(), ImageReference.parse(text));
    }
}
