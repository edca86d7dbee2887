package org.nearzero.sites.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.nearzero.api.model.PopId;

/** A site's key and certificate and the authority it trusts, as they were read from its files. Immutable. */
final class Credentials {
    private final KeyManager[] keys;
    private final X509Certificate certificate;
    private final X509Certificate authority;
    private final Revocations revoked;
    private final PopId popId;
    private final Consumer<String> refused;
    private final SSLContext any;

    private Credentials(
            KeyManager[] keys,
            X509Certificate certificate,
            X509Certificate authority,
            Revocations revoked,
            PopId popId,
            Consumer<String> refused)
            throws GeneralSecurityException {
        this.keys = keys;
        this.certificate = certificate;
        this.authority = authority;
        this.revoked = revoked;
        this.popId = popId;
        this.refused = refused;
        this.any = Tls13.context(keys, SiteTrust.any(authority, revoked, refused));
    }

    /**
     * Reads them.
     *
     * @param refused told why somebody who came to a door was not believed; by any thread
     * @throws GeneralSecurityException if they do not prove a site under that authority
     */
    static Credentials read(SiteFiles files, Consumer<String> refused) throws IOException, GeneralSecurityException {
        KeyStore store = files.load();
        X509Certificate certificate = SiteFiles.certificate(store);
        if (certificate == null) {
            throw new CertificateException(files.keyFile() + ": has no entry \"site\" with a certificate");
        }
        X509Certificate authority = Pem.read(files.authorityFile());
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException(
                    files.keyFile() + ": not certified by " + files.authorityFile()
                            + " (expected: files made together)",
                    e);
        }
        PopId popId = SiteName.of(certificate)
                .orElseThrow(() -> new CertificateException(files.keyFile() + ": the certificate of "
                        + certificate.getSubjectX500Principal() + " names no site (expected: a subject alternative name"
                        + " URI:urn:nearzero:pop:NAME)"));
        Revocations revoked = Revocations.read(files.revokedFile(), authority);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, files.password());
        return new Credentials(keys.getKeyManagers(), certificate, authority, revoked, popId, refused);
    }

    PopId popId() {
        return popId;
    }

    X509Certificate certificate() {
        return certificate;
    }

    X509Certificate authority() {
        return authority;
    }

    /** What the authority has taken back. */
    Revocations revoked() {
        return revoked;
    }

    SSLContext context() {
        return any;
    }

    /** For connections to one site: anybody else who answers there is not believed. */
    SSLContext contextFor(PopId expected) throws GeneralSecurityException {
        return Tls13.context(keys, SiteTrust.only(authority, revoked, refused, expected));
    }

    /** How long a certificate is from being no good, or past it. */
    enum Life {
        NOT_YET,
        GOOD,
        ENDING,
        OVER
    }

    /** Whether they are valid at an instant: the worse of the site's certificate and the authority's. */
    Life life(Instant now, Duration warning) {
        Instant end = end();
        if (now.isBefore(begin())) {
            return Life.NOT_YET;
        }
        if (!now.isBefore(end)) {
            return Life.OVER;
        }
        return now.isBefore(end.minus(warning)) ? Life.GOOD : Life.ENDING;
    }

    Instant begin() {
        return later(certificate.getNotBefore(), authority.getNotBefore());
    }

    Instant end() {
        Instant site = certificate.getNotAfter().toInstant();
        Instant above = authority.getNotAfter().toInstant();
        return site.isBefore(above) ? site : above;
    }

    private static Instant later(Date one, Date other) {
        return (one.after(other) ? one : other).toInstant();
    }
}
