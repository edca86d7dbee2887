package org.nearzero.sites.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/** The new site's side of joining: makes its key, which never leaves it, and writes what it needs to prove itself. */
public final class Joining {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Keytool keytool = new Keytool();

    /**
     * Joins.
     *
     * @param directory where the site's files go
     * @param popId what the site is called
     * @param doors where peers reach it
     * @param text the token, as it was printed
     * @return the new certificate
     * @throws IOException if the door is not reached, or the site there refuses, with its reason
     */
    public X509Certificate join(Path directory, PopId popId, List<Endpoint> doors, String text)
            throws IOException, GeneralSecurityException {
        JoinToken token = JoinToken.parse(text);
        SiteFiles files = new SiteFiles(directory);
        return files.renew(popId, keytool, request -> {
            Join.Welcome welcome = ask(token, popId, doors, request);
            OwnerFiles.write(
                    files.peersFile(), (String.join("\n", welcome.peers()) + "\n").getBytes(StandardCharsets.UTF_8));
            return checked(token, popId, welcome);
        });
    }

    private static Join.Welcome ask(JoinToken token, PopId popId, List<Endpoint> doors, String certificateRequest)
            throws IOException, GeneralSecurityException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls13.context(null, new PinnedTrust(token.authority())))
                .sslParameters(Tls13.parameters())
                .connectTimeout(PATIENCE)
                .build();
        Join.Request body = new Join.Request(
                Base64.getUrlEncoder().withoutPadding().encodeToString(token.secret()),
                popId,
                doors.stream().map(Doors::text).toList(),
                certificateRequest);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://" + Doors.text(token.door()) + PeerPaths.PREFIX + PeerPaths.JOIN))
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                .build();
        HttpResponse<byte[]> response = send(client, request, token.door());
        if (response.statusCode() != 200) {
            throw new IOException(token.door() + ": " + Join.reason(response.body()));
        }
        return Json.read(response.body(), Join.Welcome.class);
    }

    private static HttpResponse<byte[]> send(HttpClient client, HttpRequest request, Endpoint door) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IOException(door + ": " + Reasons.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(door + ": interrupted", e);
        }
    }

    private static List<X509Certificate> checked(JoinToken token, PopId popId, Join.Welcome welcome)
            throws GeneralSecurityException {
        X509Certificate authority = Pem.parse(welcome.authority());
        X509Certificate certificate = Pem.parse(welcome.certificate());
        if (!MessageDigest.isEqual(Pem.fingerprint(authority), token.authority())) {
            throw new GeneralSecurityException("the authority is not the one that the token names");
        }
        certificate.verify(authority.getPublicKey());
        if (!SiteName.of(certificate).equals(Optional.of(popId))) {
            throw new GeneralSecurityException("the certificate does not name " + popId);
        }
        return List.of(certificate, authority);
    }
}
