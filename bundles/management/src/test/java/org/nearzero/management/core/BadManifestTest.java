package org.nearzero.management.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.api.model.InvalidInputException;

/** Every kind of mistake in a manifest, and exactly what its author is told. */
class BadManifestTest {
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

    private record Mistake(String what, String manifest, String told) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Mistake whole(String manifest, String told) {
        return new Mistake(manifest.lines().findFirst().orElse("empty"), manifest, told);
    }

    /** The shop with a part of it replaced. */
    private static Mistake shop(String part, String by, String told) {
        return new Mistake(by, SHOP.replace(part, by), told);
    }

    /** The shop with a migration policy. */
    private static Mistake migration(String policy, String told) {
        return shop(
                "    maxInstances: 5",
                "    maxInstances: 5\n  migration:" + policy,
                "serverlessPolicy.migration" + (told.startsWith(".") ? "" : " ") + told);
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                whole("x", "manifest (line 1): x (expected: fields, as name: value)"),
                whole("", "manifest: empty (expected: one document, starting with a line such as name: shop)"),
                whole("- a\n- b\n", "manifest (line 1): a list (expected: fields, as name: value)"),
                whole("just text", "manifest (line 1): \"just text\" (expected: fields, as name: value)"),
                whole(
                        "name: a: b",
                        "line 1, column 8: a ':' that does not belong here (expected: quotes around a value that"
                                + " contains ': ', or the same indentation as the fields above)"),
                whole(
                        "name: 'a\nb: c",
                        "line 2, column 5: the file ends too early (expected: a closing quote or bracket (opened"
                                + " in line 1))"),
                whole(
                        "name: shop\n\tversion: 1\n",
                        "line 2, column 1: a tab (expected: spaces: YAML is indented with spaces only)"),
                whole(
                        "{\"name\": \"shop\"",
                        "line 1, column 16: fields in braces go wrong (expected: a comma between the fields and"
                                + " a closing })"),
                whole(
                        "a: [1, 2",
                        "line 1, column 9: a list in brackets goes wrong (expected: a comma between the items"
                                + " and a closing ])"),
                whole(
                        "name: \"\\x",
                        "manifest: an escape that is broken off (expected: two hexadecimal digits after \\x, four after"
                                + " \\u, eight after \\U)"),
                whole("a: \u0001b", "manifest: the character U+0001 at offset 3 (expected: printable text in UTF-8)"),
                whole(
                        "a: &x 1\nb: *x\n",
                        "line 2, column 4: the alias *x (expected: the value itself: aliases are not taken)"),
                whole(
                        "a: !!java.net.URL x",
                        "line 1, column 4: the tag tag:yaml.org,2002:java.net.URL (expected: the plain value:"
                                + " tags are not taken)"),
                whole(
                        "a: 1\n---\nb: 2\n",
                        "line 2, column 1: a second document begins (expected: one application in a file: put"
                                + " each into a file of its own)"),
                whole(
                        "[".repeat(40),
                        "line 1, column 17: nested deeper than 16 levels (expected: the structure that the"
                                + " manifest describes)"),
                shop("name: shop\n", "", "name: missing (expected: the application's name)"),
                shop(
                        "name: shop",
                        "name: Shop",
                        "name (line 1): Shop (expected: 1 to 63 of a-z, 0-9 and inner -, a letter first)"),
                shop(
                        "acme/shop:7",
                        "acme shop",
                        "appRepo.imagePath (line 5): \"acme shop\" (expected: an image reference or"
                                + " file:///path, 1 to 1024 printable characters without blanks)"),
                shop(
                        "port: 8080",
                        "port: 0",
                        "componentSpec[0].networkInterfaces[0].port (line 8): 0 (expected: 1 to 65535)"),
                shop(
                        "port: 8080",
                        "port: '8080'",
                        "componentSpec[0].networkInterfaces[0].port (line 8): \"8080\" (expected: a whole number)"),
                shop(
                        "port: 8080",
                        "port: 80a",
                        "componentSpec[0].networkInterfaces[0].port (line 8): 80a (expected: a whole number)"),
                shop(
                        "host: shop.example",
                        "host: shop.example:80",
                        "serverlessPolicy.routes[0].host (line 11): shop.example:80 (expected: a host name"
                                + " without port, or *)"),
                shop(
                        "- host: shop.example",
                        "- host: shop.example\n    - host: shop.example",
                        "serverlessPolicy.routes[1] (line 12): shop.example (expected: no route twice; it stands"
                                + " in line 11)"),
                shop(
                        "maxInstances: 5",
                        "maxInstances: 0",
                        "serverlessPolicy.scaling.maxInstances (line 13): 0 (expected: 1 to 10000)"),
                shop(
                        "maxInstances: 5",
                        "maxInstances: 5\n    minInstances: 6",
                        "serverlessPolicy.scaling.minInstances (line 14): 6 (expected: 0 to 5)"),
                shop(
                        "maxInstances: 5",
                        "maxInstance: 5",
                        "serverlessPolicy.scaling.maxInstance (line 13): unknown field, did you mean"
                                + " maxInstances? (expected: one of maxConnectionsPerInstance, maxInstances, minInstances,"
                                + " queue, scaleInDelay, stabilizationWindow, startupDeadline)"),
                shop(
                        "maxInstances: 5",
                        "maxInstances: 5\n    maxInstances: 6",
                        "serverlessPolicy.scaling.maxInstances (line 14): given twice (expected: once; it stands"
                                + " in line 13)"),
                shop(
                        "maxInstances: 5",
                        "scaleInDelay: 30",
                        "serverlessPolicy.scaling.scaleInDelay (line 13): 30 (expected: a number and its unit:"
                                + " 500ms, 30s, 5m or 2h)"),
                shop(
                        "maxInstances: 5",
                        "startupDeadline: 1ms",
                        "serverlessPolicy.scaling.startupDeadline (line 13): 1ms (expected: 100ms to 30m)"),
                shop(
                        "maxInstances: 5",
                        "maxInstances: 99999999999999999999",
                        "serverlessPolicy.scaling.maxInstances (line 13): 99999999999999999999 (expected: 1 to"
                                + " 10000)"),
                shop(
                        "maxInstances: 5",
                        "maxInstances: [5]",
                        "serverlessPolicy.scaling.maxInstances (line 13): a list (expected: a whole number)"),
                shop(
                        "routes:",
                        "homebaseZoneId: 'zone 1'\n  routes:",
                        "serverlessPolicy.homebaseZoneId (line 10): \"zone 1\" (expected: 1 to 64 of A-Z, a-z, 0-9"
                                + " and inner . _ -)"),
                shop(
                        "routes:",
                        "homebaseZoneId: [zone-1]\n  routes:",
                        "serverlessPolicy.homebaseZoneId (line 10): a list (expected: text)"),
                migration(
                        "",
                        "(line 14): nothing (expected: {} for the defaults, or no such field: it never migrates then)"),
                migration(" yes", "(line 14): yes (expected: fields, as name: value)"),
                migration(" {sessionThreshold: 0}", ".sessionThreshold (line 14): 0 (expected: 1 to 1000000)"),
                migration(
                        " {sessionThreshold: 4, returnThreshold: 4}",
                        ".returnThreshold (line 14): 4 (expected: 0 to 3)"),
                migration(
                        " {sessionWindow: 10}",
                        ".sessionWindow (line 14): 10 (expected: a number and its unit: 500ms, 30s, 5m or 2h)"),
                migration(" {cooldown: 25h}", ".cooldown (line 14): 25h (expected: 0s to 24h)"),
                migration(" {drainTimeout: 25h}", ".drainTimeout (line 14): 25h (expected: 0s to 24h)"),
                migration(" {maxServingPops: 0}", ".maxServingPops (line 14): 0 (expected: 1 to 10000)"),
                migration(" {onHomebaseLost: STOP}", ".onHomebaseLost (line 14): STOP (expected: KEEP or START)"),
                migration(" {onHomebaseLost: [KEEP]}", ".onHomebaseLost (line 14): a list (expected: text)"),
                migration(
                        " {allowedZones: east}",
                        ".allowedZones (line 14): east (expected: a list, each item behind a -)"),
                migration(
                        "\n    allowedZones:\n      - a\n      - ''\n      - {b: c}\n      - a",
                        ".allowedZones[1] (line 17): \"\" (expected: 1 to 64 of A-Z, a-z, 0-9 and inner . _ -);"
                                + " serverlessPolicy.migration.allowedZones[2] (line 18): a group of fields (expected: text, in"
                                + " quotes if it may be empty); serverlessPolicy.migration.allowedZones[3] (line 19): a"
                                + " (expected: no zone twice; it stands in line 16)"),
                migration(
                        " {sessionTreshold: 5}",
                        ".sessionTreshold (line 14): unknown field, did you mean sessionThreshold? (expected: one of"
                                + " allowedZones, cooldown, drainTimeout, maxServingPops, onHomebaseLost, returnThreshold,"
                                + " sessionThreshold, sessionWindow)"),
                migration(
                        " {cooldown: 25h, maxServingPops: x, onHomebaseLost: NO}",
                        ".maxServingPops (line 14): x (expected: a whole number);"
                                + " serverlessPolicy.migration.onHomebaseLost (line 14): NO (expected: KEEP or START);"
                                + " serverlessPolicy.migration.cooldown (line 14): 25h (expected: 0s to 24h)"),
                shop(
                        "version: 1.10",
                        "version:",
                        "version (line 3): nothing (expected: the developer's own version, 1 to 64 characters)"),
                shop(
                        "version: 1.10",
                        "version: 1.10\nrequiredResources: {numCPU: 0.0001, memory: 1Ki}",
                        "requiredResources.numCPU (line 4): 0.0001 (expected: cores, or thousandths of one: 0.5"
                                + " or 500m, in steps of 1m); requiredResources.memory (line 4): 1Ki (expected: 4Mi to"
                                + " 16Ti)"),
                shop(
                        "version: 1.10",
                        "version: 1.10\npackageType: HELM",
                        "packageType (line 4): HELM (expected: CONTAINER)"),
                shop(
                        "version: 1.10",
                        "version: 1.10\nrequiredResources: {memory: 2}",
                        "requiredResources.memory (line 4): 2 (expected: 4Mi to 16Ti)"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsToldWithItsPlaceWhatItIsAndWhatToWrite(Mistake mistake) {
        assertEquals(mistake.told(), refusal(mistake.manifest()));
    }

    @Test
    void whatMissesIsToldAllAtOnce() {
        assertEquals(
                "appProvider: missing (expected: who hands it over, 1 to 128 characters); version:"
                        + " missing (expected: the developer's own version, 1 to 64 characters);"
                        + " appRepo.imagePath: missing (expected: an image that the engine has, such as"
                        + " acme/shop:7, or file:///path of an executable); componentSpec: missing (expected:"
                        + " exactly one component: an instance is one container); serverlessPolicy: missing"
                        + " (expected: at least its routes)",
                refusal("name: shop"));
    }

    @Test
    void aFileBeyondAllMeasureIsNotEvenRead() {
        assertEquals("manifest: 262145 characters (expected: at most 262144)", refusal(" ".repeat(262_145)));
    }

    private static String refusal(String manifest) {
        return assertThrows(InvalidInputException.class, () -> Manifest.parse(manifest))
                .getMessage();
    }
}
