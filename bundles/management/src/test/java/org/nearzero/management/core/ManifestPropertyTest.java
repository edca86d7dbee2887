package org.nearzero.management.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;

/** Whatever is handed over, the parser gives an application or an {@link InvalidInputException}, never anything else. */
class ManifestPropertyTest {
    private static final List<String> LINES = List.of(
            "name: shop",
            "appId: shop",
            "appProvider: acme",
            "version: 1.10",
            "packageType: CONTAINER",
            "appRepo: {imagePath: 'acme/shop:7', checksum: ''}",
            "requiredResources: {numCPU: 0.5, memory: 256, pids: 10}",
            "componentSpec:",
            "  - networkInterfaces: [{port: 8080}]",
            "    command: [a, b]",
            "    env: {A: b, C: ''}",
            "serverlessPolicy:",
            "  routes: [{host: shop.example, pathPrefix: /a}]",
            "  scaling: {maxInstances: 5, scaleInDelay: 10s, queue: {maxBytes: 1Mi}}",
            "  sessionIdleTimeout: 1m",
            "  readiness: {httpPath: /ready}",
            "  homebaseZoneId: zone-1",
            "  migration: {sessionThreshold: 5, cooldown: 1m, allowedZones: [a, b], onHomebaseLost: START}");

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        read(text);
    }

    @Property
    void anyMixOfYamlsOwnCharactersIsReadOrRefused(@ForAll("yamlish") String text) {
        read(text);
    }

    @Provide
    Arbitrary<String> yamlish() {
        return Arbitraries.of(
                        "a",
                        "name",
                        ":",
                        ": ",
                        "-",
                        "- ",
                        "?",
                        "? ",
                        "\n",
                        "\n  ",
                        "\n\t",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        "&a",
                        "*a",
                        "!",
                        "!!str ",
                        "|",
                        ">",
                        "|2-\n",
                        "'",
                        "\"",
                        "\\",
                        "\\u",
                        "%",
                        "@",
                        "`",
                        "#",
                        "---",
                        "...",
                        "%YAML 1.2\n",
                        "~",
                        "null",
                        "1",
                        "0x",
                        "\u0000",
                        "\ufeff",
                        "\u2028",
                        "\ud800",
                        "<<")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 2_000)
    void aGoodManifestWithADamageIsReadOrRefused(@ForAll("damaged") String text) {
        read(text);
    }

    @Provide
    Arbitrary<String> damaged() {
        String whole = String.join("\n", LINES);
        return Combinators.combine(
                        Arbitraries.integers().between(0, whole.length()),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.oneOf(
                                Arbitraries.strings().ofMaxLength(6),
                                Arbitraries.of(
                                        "999999999999999999999",
                                        "-1",
                                        "{}",
                                        "[]",
                                        "''",
                                        ": ",
                                        "\n",
                                        "null",
                                        "1e9",
                                        "0s",
                                        "9h")))
                .as((at, cut, put) ->
                        whole.substring(0, at) + put + whole.substring(Math.min(whole.length(), at + cut)));
    }

    @Property
    void anyChoiceOfLinesIsReadOrRefused(@ForAll("lines") List<String> lines) {
        read(String.join("\n", lines));
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.of(LINES).list().ofMaxSize(20);
    }

    /** Reads it; what was taken comes back the same from its own JSON, what was refused says why in one line. */
    private static void read(String text) {
        Optional<Application> taken = parsed(text);
        taken.ifPresent(
                application -> assertEquals(application, Manifest.parse(Json.text(ManifestView.of(application)))));
    }

    private static Optional<Application> parsed(String text) {
        try {
            return Optional.of(Manifest.parse(text));
        } catch (InvalidInputException e) {
            assertFalse(e.problems().isEmpty());
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
            return Optional.empty();
        }
    }
}
