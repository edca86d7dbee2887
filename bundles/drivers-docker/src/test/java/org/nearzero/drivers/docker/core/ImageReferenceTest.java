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
    @CsvSource({
        "acme/shop:7, acme/shop:7",
        "acme/shop, acme/shop:latest",
        "acme/shop@SHA, acme/shop:nearzero-HEX",
        "localhost:5000/shop:7@SHA, localhost:5000/shop:nearzero-HEX",
        "SHA, nearzero:image-HEX",
    })
    void isHeldUnderATag(String text, String held) {
        String hex = SHA.substring("sha256:".length());
        ImageReference reference =
                ImageReference.parse(text.replace("SHA", SHA)).orElseThrow();
        assertEquals(text.replace("SHA", SHA), reference.toString());
        assertEquals(held.replace("HEX", hex), reference.held().toString());
        assertEquals(
                Optional.of(reference.held()),
                ImageReference.parse(reference.held().toString()));
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
