package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerService.Answer;

/** Who comes with a certificate that is no good any more, or never was, is not let in, nor asked, and it is said why. */
class RefusedCertificatesTest {
    private static final PopId HUB = new PopId("hub");
    private static final PopId EAST = new PopId("east");

    private final ExecutorService network = Threads.few("test-network", 2);
    private final MovableClock clock = new MovableClock(Instant.now());

    @TempDir
    Path directory;

    private Authority authority;
    private SitePeerSecurity hub;

    @BeforeEach
    void anAuthorityWithASite() throws Exception {
        authority = Authority.make(directory.resolve("ca"));
        authority.issue(directory.resolve("hub"), HUB, List.of(), Authority.YEAR);
        hub = security("hub");
    }

    @AfterEach
    void end() {
        network.shutdown();
        hub.close();
    }

    private SitePeerSecurity security(String site) throws IOException, GeneralSecurityException {
        return new SitePeerSecurity(directory.resolve(site), clock);
    }

    private static TestDoor echo(SitePeerSecurity security) {
        TestDoor door = new TestDoor(security);
        door.serve((peer, path, body) -> CompletableFuture.completedFuture(
                new Answer(200, peer.map(PopId::value).orElse("nobody").getBytes(StandardCharsets.UTF_8))));
        return door;
    }

    private String ask(TestDoor door, SitePeerSecurity asks, PopId expected) {
        return ask(door, new PeerLink(asks, Optional.of(expected), network));
    }

    private static String ask(TestDoor door, PeerLink link) {
        PeerLink.Reply reply = link.post(door.endpoint(), PeerPaths.SYNC, new byte[] {1}, Duration.ofSeconds(30))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /** At the hub's door, and at its own. */
    private void assertRefused(SitePeerSecurity east, String reason) {
        try (TestDoor ours = echo(hub);
                TestDoor theirs = echo(east)) {
            assertThrows(CompletionException.class, () -> ask(ours, east, HUB));
            awaitTold(reason);

            CompletionException refused = assertThrows(CompletionException.class, () -> ask(theirs, hub, EAST));
            assertTrue(Reasons.of(refused).contains(reason), Reasons.of(refused));
        }
    }

    /** It is in the log of the site that did not let it in. */
    private void awaitTold(String reason) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertTrue(
                        hub.refusals().stream().anyMatch(told -> told.contains(reason)),
                        hub.refusals().toString()));
    }

    @Test
    void oneThatHasExpired() throws Exception {
        new SiteFiles(directory.resolve("east")).renew(EAST, new Keytool(), this::signedTheDayBeforeYesterday);

        try (SitePeerSecurity east = security("east")) {
            assertRefused(east, "certificate of site east is not believed: NotAfter: ");
        }
    }

    private List<X509Certificate> signedTheDayBeforeYesterday(String request)
            throws IOException, GeneralSecurityException {
        Path in = Files.writeString(directory.resolve("request.pem"), request);
        Path out = directory.resolve("certificate.pem");
        new Keytool()
                .run(
                        KeyStoreFile.in(authority.directory(), "authority"),
                        "-gencert",
                        "-alias",
                        "authority",
                        "-rfc",
                        "-startdate",
                        "-2d",
                        "-validity",
                        "1",
                        "-ext",
                        "san=uri:" + SiteName.uri(EAST),
                        "-infile",
                        in.toString(),
                        "-outfile",
                        out.toString());
        return List.of(Pem.read(out), authority.certificate());
    }

    @Test
    void oneOfAnotherAuthority() throws Exception {
        String reason = "certificate of site east is not believed: ";
        try (SitePeerSecurity stranger = Operator.STRANGER.security("east");
                TestDoor ours = echo(hub);
                TestDoor theirs = echo(stranger)) {
            CompletionException refused = assertThrows(CompletionException.class, () -> ask(theirs, hub, EAST));
            assertTrue(Reasons.of(refused).startsWith(reason), Reasons.of(refused));

            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + Doors.text(ours.endpoint()) + "/"))
                    .build();
            HttpClient brazen = HttpClient.newBuilder()
                    .sslContext(showing(Operator.STRANGER.site("east")))
                    .sslParameters(Tls13.parameters())
                    .build();
            assertThrows(IOException.class, () -> brazen.send(request, HttpResponse.BodyHandlers.discarding()));
            awaitTold(reason);
        }
    }

    /** Believes our authority, and shows a certificate whether or not it is asked for one of its kind. */
    private SSLContext showing(Path site) throws IOException, GeneralSecurityException {
        SiteFiles files = new SiteFiles(site);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(files.load(), files.password());
        X509ExtendedKeyManager its = (X509ExtendedKeyManager) keys.getKeyManagers()[0];
        KeyManager shown = new X509ExtendedKeyManager() {
            @Override
            public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
                return "site";
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return its.getCertificateChain(alias);
            }

            @Override
            public PrivateKey getPrivateKey(String alias) {
                return its.getPrivateKey(alias);
            }

            @Override
            public String[] getClientAliases(String type, Principal[] issuers) {
                return new String[] {"site"};
            }

            @Override
            public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                return "site";
            }

            @Override
            public String[] getServerAliases(String type, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                return "site";
            }
        };
        SiteTrust ours = SiteTrust.any(authority.certificate(), Revocations.NONE, refused -> {});
        return Tls13.context(new KeyManager[] {shown}, ours);
    }

    @Test
    void oneThatTheAuthorityHasTakenBackWhileTheSiteRan() throws Exception {
        authority.issue(directory.resolve("east"), EAST, List.of(), Authority.YEAR);
        try (SitePeerSecurity east = security("east");
                TestDoor ours = echo(hub);
                TestDoor theirs = echo(east)) {
            PeerLink kept = new PeerLink(east, Optional.of(HUB), network);
            PeerLink asked = new PeerLink(hub, Optional.of(EAST), network);
            assertEquals("east", ask(ours, kept));
            assertEquals("hub", ask(theirs, asked));

            revoke();

            assertEquals("nobody", ask(ours, kept), "it is connected still, but heard as a site no more");
            CompletionException refused = assertThrows(CompletionException.class, () -> ask(theirs, asked));
            assertTrue(Reasons.of(refused).contains("the authority has taken it back"), Reasons.of(refused));
            assertRefused(east, "certificate of site east is not believed: the authority has taken it back, serial ");
        }
    }

    @Test
    void oneThatIsMadeAfterwardsIsGoodAndTheOldOneIsNot() throws Exception {
        authority.issue(directory.resolve("east"), EAST, List.of(), Authority.YEAR);
        revoke();
        authority.issue(directory.resolve("anew"), EAST, List.of(), Authority.YEAR);
        authority.issue(directory.resolve("west"), new PopId("west"), List.of(), Authority.YEAR);
        authority.revoke(new PopId("west"));
        copyTheList();

        try (SitePeerSecurity anew = security("anew");
                SitePeerSecurity east = security("east");
                TestDoor ours = echo(hub)) {
            assertEquals("east", ask(ours, anew, HUB));
            assertRefused(east, "the authority has taken it back");
        }
    }

    @Test
    void aListThatIsNotTheAuthoritysLeavesWhatThereWas() throws Exception {
        authority.issue(directory.resolve("east"), EAST, List.of(), Authority.YEAR);
        revoke();
        long before = hub.looked();
        Files.writeString(directory.resolve("hub/revoked.pem"), "nobody");
        awaitLook(before);

        try (SitePeerSecurity east = security("east")) {
            assertRefused(east, "the authority has taken it back");
        }
        GeneralSecurityException refused = assertThrows(GeneralSecurityException.class, () -> security("hub"));
        assertTrue(
                refused.getMessage().startsWith(directory + "/hub/revoked.pem: no revocation list of the authority"),
                refused.getMessage());
    }

    /** As an operator does it, without a restart. */
    private void revoke() throws Exception {
        authority.revoke(EAST);
        copyTheList();
    }

    private void copyTheList() throws IOException {
        long before = hub.looked();
        Files.copy(authority.revokedFile(), directory.resolve("hub/revoked.pem"), StandardCopyOption.REPLACE_EXISTING);
        awaitLook(before);
    }

    private void awaitLook(long before) {
        // Twice: one may have begun before the file was there.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            clock.move(Duration.ofMinutes(1));
            hub.version();
            return hub.looked() >= before + 2;
        });
    }
}
