package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerService.Answer;
import org.nearzero.api.time.SteadyClock;

/** Who believes whom, on a real door. */
class SitePeerSecurityTest {
    private static final PopId HUB = new PopId("hub");
    private static final PopId EAST = new PopId("east");

    private final ExecutorService network = Threads.few("test-network", 2);

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        network.shutdown();
    }

    @Test
    void sitesOfOneOperatorBelieveEachOther() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub");
                SitePeerSecurity east = Operator.OURS.security("east");
                TestDoor door = echo(hub)) {
            PeerLink.Reply reply = ask(door, east, Optional.of(HUB));

            assertEquals("east", new String(reply.body(), StandardCharsets.UTF_8));
            assertEquals(Optional.of(HUB), reply.peer());
        }
    }

    @Test
    void aSiteOfAnotherOperatorIsNotBelieved() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub");
                SitePeerSecurity stranger = Operator.STRANGER.security("east");
                TestDoor door = echo(hub)) {
            assertThrows(CompletionException.class, () -> ask(door, stranger, Optional.of(HUB)));
        }
    }

    @Test
    void aDoorOfAnotherOperatorIsNotBelieved() {
        try (SitePeerSecurity stranger = Operator.STRANGER.security("east");
                SitePeerSecurity hub = Operator.OURS.security("hub");
                TestDoor door = echo(stranger)) {
            CompletionException refused =
                    assertThrows(CompletionException.class, () -> ask(door, hub, Optional.empty()));
            assertTrue(
                    Reasons.of(refused).startsWith("certificate of site east is not believed: ")
                            && Reasons.of(refused).contains("expected: one of the authority in authority.pem"),
                    Reasons.of(refused));
        }
    }

    @Test
    void aSiteCannotAnswerForAnother() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub");
                SitePeerSecurity east = Operator.OURS.security("east");
                TestDoor door = echo(east)) {
            CompletionException refused =
                    assertThrows(CompletionException.class, () -> ask(door, hub, Optional.of(new PopId("west"))));
            assertTrue(
                    Reasons.of(refused)
                            .contains("certificate of site east (expected: a certificate that names site west)"),
                    Reasons.of(refused));
        }
    }

    @Test
    void whoeverDoesNotAnswerIsGivenUpAndAskedAnew() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub");
                SitePeerSecurity east = Operator.OURS.security("east");
                TestDoor door = echo(hub)) {
            PeerLink link = new PeerLink(east, Optional.of(HUB), network);
            door.serve((peer, path, body) -> new CompletableFuture<>());

            CompletableFuture<?> unanswered =
                    link.post(door.endpoint(), PeerPaths.SYNC, new byte[0], Duration.ofSeconds(1));

            CompletionException given = assertThrows(CompletionException.class, unanswered::join);
            assertTrue(PeerLink.isTimeout(Reasons.unwrapped(given)), given.toString());
            door.serve((peer, path, body) -> CompletableFuture.completedFuture(new Answer(200, body)));
            assertEquals(
                    200,
                    link.post(door.endpoint(), PeerPaths.SYNC, new byte[] {1}, Duration.ofSeconds(30))
                            .join()
                            .status());
        }
    }

    @Test
    void aDoorThatIsNoneIsAFailureLikeAnyOther() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub")) {
            CompletableFuture<?> answer = new PeerLink(hub, Optional.empty(), network)
                    .post(new Endpoint("a b/", 1), PeerPaths.SYNC, new byte[0], Duration.ofSeconds(30));

            CompletionException failed = assertThrows(CompletionException.class, answer::join);
            assertEquals("a b/:1 is no host and port", failed.getCause().getMessage());
        }
    }

    @Test
    void nothingOlderThanTls13IsSpoken() {
        try (SitePeerSecurity hub = Operator.OURS.security("hub")) {
            assertEquals(
                    List.of("TLSv1.3"),
                    List.of(hub.sslContext().createSSLEngine().getEnabledProtocols()));
            assertEquals(
                    List.of("TLSv1.3"),
                    List.of(hub.sslContext().createSSLEngine("a", 1).getEnabledProtocols()));
            assertEquals(
                    List.of("TLSv1.3"),
                    List.of(hub.sslContext().getDefaultSSLParameters().getProtocols()));
        }
    }

    @Test
    void aRenewedCertificateIsUsedWithoutARestart() throws Exception {
        Path files = copy("east");
        MovableClock clock = new MovableClock(Instant.now());
        try (SitePeerSecurity east = new SitePeerSecurity(files, clock)) {
            Object before = east.version();
            Operator.OURS.authority().issue(files, EAST, List.of(), Duration.ofDays(30));
            clock.move(Duration.ofMinutes(1));

            await().atMost(Duration.ofSeconds(60)).until(() -> {
                clock.move(Duration.ofMinutes(1));
                return east.version() != before;
            });
            try (SitePeerSecurity hub = Operator.OURS.security("hub");
                    TestDoor door = echo(hub)) {
                assertEquals(200, ask(door, east, Optional.of(HUB)).status());
            }
        }
    }

    @Test
    void filesThatAreNoGoodLeaveWhatThereWas() throws Exception {
        Path files = copy("east");
        MovableClock clock = new MovableClock(Instant.now());
        try (SitePeerSecurity east = new SitePeerSecurity(files, clock)) {
            Files.write(files.resolve("site.p12"), new byte[] {1, 2, 3});
            Files.setLastModifiedTime(files.resolve("site.p12"), FileTime.from(Instant.EPOCH));
            Object before = east.version();
            clock.move(Duration.ofMinutes(1));
            east.version(); // has it looked at

            await().atMost(Duration.ofSeconds(60)).until(() -> east.looked() > 0);

            assertEquals(before, east.version());
        }
    }

    @Test
    void lifeIsToldByDates() throws Exception {
        Credentials credentials = Credentials.read(new SiteFiles(Operator.OURS.site("east")), refused -> {});
        Duration month = Duration.ofDays(30);
        Instant end = credentials.end();

        assertEquals(
                Credentials.Life.NOT_YET, credentials.life(credentials.begin().minusSeconds(1), month));
        assertEquals(Credentials.Life.GOOD, credentials.life(credentials.begin(), month));
        assertEquals(Credentials.Life.GOOD, credentials.life(end.minus(month).minusSeconds(1), month));
        assertEquals(Credentials.Life.ENDING, credentials.life(end.minus(month), month));
        assertEquals(Credentials.Life.OVER, credentials.life(end, month));
    }

    @Test
    void aKeyThatOthersCanReadIsNotUsed() throws Exception {
        Path files = copy("east");
        Files.setPosixFilePermissions(files.resolve("site.password"), PosixFilePermissions.fromString("rw-r--r--"));

        IOException refused = assertThrows(IOException.class, () -> new SitePeerSecurity(files, clock()));
        assertTrue(refused.getMessage().contains("permissions rw-r--r--"), refused.getMessage());
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotUsed() throws Exception {
        Path files = copy("east");
        Files.copy(
                Operator.STRANGER.site("east").resolve("authority.pem"),
                files.resolve("authority.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        GeneralSecurityException refused =
                assertThrows(GeneralSecurityException.class, () -> new SitePeerSecurity(files, clock()));
        assertTrue(refused.getMessage().contains("not certified by"), refused.getMessage());
    }

    private static Clock clock() {
        return SteadyClock.ofThisProcess();
    }

    private Path copy(String site) throws IOException {
        Path to = Files.createDirectory(directory.resolve(site));
        for (String name : List.of("site.p12", "site.password", "authority.pem")) {
            Files.copy(
                    Operator.OURS.site(site).resolve(name),
                    to.resolve(name),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        return to;
    }

    /** Says whom it has heard. */
    private static TestDoor echo(SitePeerSecurity security) {
        TestDoor door = new TestDoor(security);
        door.serve((peer, path, body) -> CompletableFuture.completedFuture(
                new Answer(200, peer.map(PopId::value).orElse("nobody").getBytes(StandardCharsets.UTF_8))));
        return door;
    }

    private PeerLink.Reply ask(TestDoor door, SitePeerSecurity security, Optional<PopId> expected) {
        return new PeerLink(security, expected, network)
                .post(door.endpoint(), PeerPaths.SYNC, new byte[] {1}, Duration.ofSeconds(30))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
