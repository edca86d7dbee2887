package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;

class JoinTokensTest {
    private static final PopId MEC = new PopId("mec-1");
    private static final Endpoint DOOR = new Endpoint("hub.example", 7443);

    private static final byte[] FINGERPRINT = JoinToken.hash(new byte[] {1});

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private JoinTokens tokens;

    @BeforeEach
    void make() {
        tokens = new JoinTokens(directory, FINGERPRINT, clock);
    }

    @Test
    void aTokenSaysWhereToJoinAndWhomToBelieve() throws Exception {
        JoinToken token = JoinToken.parse(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        assertEquals(DOOR, token.door());
        assertArrayEquals(FINGERPRINT, token.authority());
    }

    @Test
    void aTokenIsTakenOnce() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        tokens.take(secret, MEC);

        assertRefused(403, "was used already", secret, MEC);
    }

    @Test
    void anotherProcessSeesThatATokenWasTaken() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));
        JoinTokens another = new JoinTokens(directory, FINGERPRINT, clock);

        another.take(secret, MEC);

        assertRefused(403, "was used already", secret, MEC);
    }

    @Test
    void aTokenThatWasGivenBackIsGoodAgain() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        tokens.take(secret, MEC).giveBack();

        tokens.take(secret, MEC);
    }

    @Test
    void aTokenExpires() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        clock.move(JoinTokens.HOUR);

        assertRefused(403, "has expired at 2026-01-01T01:00:00Z", secret, MEC);
    }

    @Test
    void aTokenIsGoodUntilTheLastMoment() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        clock.move(JoinTokens.HOUR.minusNanos(1));

        tokens.take(secret, MEC);
    }

    @Test
    void aTokenIsForOneSite() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        assertRefused(403, "was issued for another site than mec-2", secret, new PopId("mec-2"));
        tokens.take(secret, MEC);
    }

    @Test
    void aTokenOfNobodyIsRefused() throws Exception {
        tokens.issue(MEC, JoinTokens.HOUR, DOOR);

        assertRefused(403, "is not known here", secretOf(new byte[32]), MEC);
        assertRefused(403, "is not known here", "not base64 at all!", MEC);
    }

    @Test
    void atMostFiveWrongOnesAMinuteAreLookedAt() throws Exception {
        String good = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));
        for (int i = 0; i < 5; i++) {
            assertRefused(403, "is not known here", secretOf(new byte[32]), MEC);
        }

        assertRefused(429, "too many wrong tokens", good, MEC);

        clock.move(Duration.ofSeconds(61));
        tokens.take(good, MEC);
    }

    @Test
    void theSecretIsWrittenNowhere() throws Exception {
        String secret = secret(tokens.issue(MEC, JoinTokens.HOUR, DOOR));

        String hex = HexFormat.of().formatHex(Base64.getUrlDecoder().decode(secret));
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = file + Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(secret) || content.contains(hex), file.toString());
            }
        }
    }

    @Test
    void aTokenThatWasCutShortIsNoToken() throws Exception {
        String text = tokens.issue(MEC, JoinTokens.HOUR, DOOR);

        for (String wrong : new String[] {"", "nz1.", text.substring(0, 60), text.substring(4), text + "%"}) {
            InvalidInputException refused =
                    assertThrows(InvalidInputException.class, () -> JoinToken.parse(wrong), wrong);
            assertFalse(wrong.length() > 40 && refused.getMessage().contains(wrong), "repeats the token");
        }
    }

    @Test
    void aTokenLivesForAWeekAtMost() {
        assertThrows(
                InvalidInputException.class,
                () -> tokens.issue(MEC, Duration.ofDays(7).plusSeconds(1), DOOR));
    }

    private void assertRefused(int status, String why, String secret, PopId popId) {
        JoinRefusedException refused = assertThrows(JoinRefusedException.class, () -> tokens.take(secret, popId));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals(status, refused.status());
    }

    private static String secret(String token) {
        return secretOf(JoinToken.parse(token).secret());
    }

    private static String secretOf(byte[] secret) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
