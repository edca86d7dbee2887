package org.nearzero.sites.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... line) {
        out.reset();
        err.reset();
        return new Certificates(new PrintStream(out, true), new PrintStream(err, true)).run(List.of(line));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anOperatorMakesAnAuthoritySitesAndTokens() {
        String ca = directory.resolve("ca").toString();

        assertEquals(0, run("authority", ca), text(err));
        assertTrue(text(out).contains("  SHA-256 "), text(out));
        assertEquals(0, run("site", ca, "mec-1", "--door", "mec-1.example:7443", "--days", "30"), text(err));
        assertTrue(text(out).startsWith("site mec-1 in " + ca + "/mec-1, valid until "), text(out));
        assertTrue(Files.exists(directory.resolve("ca/mec-1/site.p12")));
        assertEquals(0, run("token", ca, "mec-2", "--door", "mec-1.example:7443"), text(err));
        assertTrue(text(out).matches("nz1\\.[A-Za-z0-9_-]+\n"), text(out));
        assertEquals(1, run("authority", ca));
        assertTrue(text(err).contains("there is an authority already"), text(err));
    }

    @Test
    void whatWasMadeForASiteIsTakenBack() throws Exception {
        String ca = directory.resolve("ca").toString();
        run("authority", ca);
        run("site", ca, "mec-1");
        run("site", ca, "mec-1");

        assertEquals(1, run("revoke", ca, "mec-2"));
        assertTrue(text(err).contains("ca/issued: no certificate of site mec-2 there"), text(err));
        assertFalse(Files.exists(directory.resolve("ca/revoked.pem")));
        assertEquals(0, run("revoke", ca, "mec-1"), text(err));

        assertTrue(
                text(out).startsWith("site mec-1: 2 certificates are taken back in " + ca + "/revoked.pem\n"),
                text(out));
        assertTrue(Files.readString(directory.resolve("ca/revoked.pem")).startsWith("-----BEGIN X509 CRL-----"));
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        String nothing = directory.toString();

        assertEquals(1, run("site", nothing, "mec-1"));
        assertTrue(text(err).contains("no authority there"), text(err));
        assertEquals(2, run("site", nothing, "MEC"));
        assertTrue(text(err).contains("popId: MEC (expected: "), text(err));
        assertEquals(2, run("site", nothing, "mec-1", "--days", "0"));
        assertTrue(text(err).contains("--days: 0 (expected: 1 to 3650)"), text(err));
        assertEquals(2, run("join", nothing, "mec-1", "nz1.short"));
        assertFalse(text(err).contains("nz1.short"), text(err));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "authority",
                "site a",
                "token a mec-1",
                "site a mec-1 --door",
                "site a mec-1 --dor x:1",
                "join a b",
                "revoke a"
            })
    void whatIsNotUnderstoodShowsTheUsage(String line) {
        assertEquals(2, run(line.split(" ")));
        assertTrue(text(err).contains("usage: nearzero ca COMMAND"), text(err));
    }

    @Test
    void helpIsNoMistake() {
        assertEquals(0, run("--help"));
        assertEquals(0, run());
        assertTrue(text(out).contains("usage: nearzero ca COMMAND"), text(out));
    }
}
