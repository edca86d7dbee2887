package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerService.Answer;
import org.nearzero.sites.core.SyncMessage;

/** What a site says to those who are not who they say, or say what cannot be understood. */
class PeerDeskTest {
    private static final Optional<PopId> EAST = Optional.of(new PopId("east"));

    private final TestSite hub = new TestSite("hub");

    @BeforeEach
    void start() {
        hub.start();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Answer ask(Optional<PopId> peer, String path, byte[] body) {
        return hub.sites().answer(peer, path, body).toCompletableFuture().join();
    }

    private static String words(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {PeerPaths.SYNC, PeerPaths.APPLY, PeerPaths.DELETE, PeerPaths.IMAGE, PeerPaths.IMAGE_PART})
    void nobodyWithoutACertificateIsHeard(String path) {
        Answer answer = ask(Optional.empty(), path, "{}".getBytes(StandardCharsets.UTF_8));

        assertEquals(403, answer.status());
        assertTrue(words(answer).contains("a certificate that names a site is needed"), words(answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {PeerPaths.SYNC, PeerPaths.APPLY, PeerPaths.DELETE, PeerPaths.IMAGE, PeerPaths.IMAGE_PART})
    void whatCannotBeUnderstoodIsSaidToBeSo(String path) {
        for (String body : new String[] {"", "null", "[]", "{\"version\":1}", "\u0000"}) {
            Answer answer = ask(EAST, path, body.getBytes(StandardCharsets.UTF_8));
            assertEquals(400, answer.status(), body + " " + words(answer));
        }
    }

    @Test
    void aMessageOfALaterVersionIsRefusedByItsVersion() {
        Answer answer = ask(EAST, PeerPaths.SYNC, "{\"version\":2,\"message\":null}".getBytes(StandardCharsets.UTF_8));

        assertEquals(400, answer.status());
        assertTrue(words(answer).contains("version: 2 (expected: 1;"), words(answer));
    }

    @Test
    void aSiteSpeaksForItselfAlone() {
        SyncMessage fromWest;
        try (TestSite west = new TestSite("west")) {
            fromWest = Codec.message(west.start()
                    .sites()
                    .answer(EAST, PeerPaths.SYNC, messageFrom("east"))
                    .toCompletableFuture()
                    .join()
                    .body());
        }

        Answer answer = ask(EAST, PeerPaths.SYNC, Codec.message(fromWest));

        assertEquals(403, answer.status());
        assertTrue(words(answer).contains("the message is from west, the certificate names east"), words(answer));
    }

    private static byte[] messageFrom(String name) {
        return Codec.message(Messages.empty(new PopId(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {PeerPaths.SYNC, PeerPaths.APPLY, PeerPaths.DELETE, PeerPaths.IMAGE, PeerPaths.IMAGE_PART})
    void aSiteThatIsClosedSaysThatItShutsDown(String path) {
        hub.close();

        Answer answer = ask(EAST, path, messageFrom("east"));

        assertEquals(503, answer.status());
        assertTrue(words(answer).contains("this site is shutting down"), words(answer));
    }

    @Test
    void whatNobodyAsksForIsNotFound() {
        assertEquals(404, ask(EAST, "shell", new byte[0]).status());
    }
}
