package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.PeerService.Answer;
import org.nearzero.api.time.SteadyClock;

/** A new site joins at the one that has the authority, with nothing but a token. */
class JoiningTest {
    private static final PopId NEW = new PopId("south");
    private static final List<Endpoint> DOORS = List.of(new Endpoint("south.example", 7443));

    @TempDir
    Path directory;

    private final TestSite hub = new TestSite("hub");

    @BeforeEach
    void start() {
        hub.with(settings -> settings.withAuthority(Operator.OURS.directory())).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> !hub.sites().pops().isEmpty());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String token() throws IOException {
        return hub.sites().issueToken(NEW, JoinTokens.HOUR);
    }

    @Test
    void aSiteThatHasJoinedIsBelievedAndKnowsWhereTheOthersAre() throws Exception {
        new Joining().join(directory, NEW, DOORS, token());

        try (SitePeerSecurity south = new SitePeerSecurity(directory, SteadyClock.ofThisProcess())) {
            assertEquals(NEW, south.popId());
            assertEquals(List.of(hub.address()), south.joinedPeers());
            assertEquals(Optional.of(NEW), SiteName.of(SiteFiles.certificate(new SiteFiles(directory).load())));
            assertFalse(Files.exists(directory.resolve("authority.p12")), "the authority's key was handed out");
        }
    }

    @Test
    void aTokenLetsOneSiteInOnce() throws Exception {
        String token = token();
        new Joining().join(directory.resolve("first"), NEW, DOORS, token);

        IOException refused = assertThrows(
                IOException.class, () -> new Joining().join(directory.resolve("second"), NEW, DOORS, token));

        assertTrue(refused.getMessage().contains("the token was used already"), refused.getMessage());
        assertFalse(Files.exists(directory.resolve("second/site.p12")));
    }

    @Test
    void aTokenOfAnotherSiteIsRefused() throws Exception {
        String token = token();

        IOException refused =
                assertThrows(IOException.class, () -> new Joining().join(directory, new PopId("north"), DOORS, token));

        assertTrue(refused.getMessage().contains("was issued for another site than north"), refused.getMessage());
    }

    @Test
    void aSiteThatDoesNotBelongToTheTokensAuthorityIsToldNothing() throws Exception {
        JoinToken token = JoinToken.parse(token());
        try (SitePeerSecurity security = Operator.STRANGER.security("east");
                TestDoor stranger = new TestDoor(security)) {
            stranger.serve((peer, path, body) -> {
                throw new AssertionError("has got the secret");
            });
            String led = new JoinToken(token.secret(), token.authority(), stranger.endpoint()).text();

            IOException refused = assertThrows(IOException.class, () -> new Joining().join(directory, NEW, DOORS, led));

            assertTrue(refused.getMessage().contains("belongs to another authority"), refused.getMessage());
        }
    }

    @Test
    void aRequestThatIsNoneLeavesTheTokenGood() throws Exception {
        String text = token();
        JoinToken token = JoinToken.parse(text);
        String secret = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(token.secret());

        Answer answer = join(Json.write(new Join.Request(secret, NEW, List.of(), "no request")));

        assertEquals(500, answer.status());
        new Joining().join(directory, NEW, DOORS, text);
    }

    @Test
    void whatIsNoRequestAtAllIsSaidToBeNone() {
        Answer answer = join(new byte[] {'{', '}'});

        assertEquals(400, answer.status());
        assertTrue(Join.reason(answer.body()).startsWith("not a request to join: "), Join.reason(answer.body()));
    }

    @Test
    void noMoreIsTakenInThanARequestNeeds() {
        Answer answer = join(new byte[64 * 1024 + 1]);

        assertEquals(400, answer.status());
        assertTrue(
                Join.reason(answer.body()).contains("65537 bytes (expected: at most 65536)"),
                Join.reason(answer.body()));
    }

    private Answer join(byte[] body) {
        return hub.sites()
                .answer(Optional.empty(), PeerPaths.JOIN, body)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aSiteWithoutAnAuthorityLetsNobodyIn() {
        try (TestSite west = new TestSite("west").start()) {
            Answer answer = west.sites()
                    .answer(Optional.empty(), PeerPaths.JOIN, new byte[0])
                    .toCompletableFuture()
                    .join();

            assertEquals(403, answer.status());
            RefusedException refused =
                    assertThrows(RefusedException.class, () -> west.sites().issueToken(NEW, JoinTokens.HOUR));
            assertEquals(RefusedException.Code.FAILED_PRECONDITION, refused.code());
        }
    }
}
