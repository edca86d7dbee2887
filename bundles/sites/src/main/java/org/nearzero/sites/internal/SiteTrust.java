package org.nearzero.sites.internal;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.nearzero.api.model.PopId;

/**
 * Trusts sites that one authority certifies and has not taken back, and, where one site is expected, that one alone. Host names count for nothing: a
 * certificate names a site, whatever address that is reached at, and it is the site that is checked.
 */
final class SiteTrust extends X509ExtendedTrustManager {
    private final X509TrustManager authority;
    private final X509Certificate[] issuers;
    private final Revocations revoked;
    private final Consumer<String> refused;
    private final Predicate<PopId> expected;
    private final String expectation;

    private SiteTrust(
            X509Certificate authority,
            Revocations revoked,
            Consumer<String> refused,
            Predicate<PopId> expected,
            String expectation)
            throws GeneralSecurityException {
        this.authority = trusting(authority);
        this.issuers = new X509Certificate[] {authority};
        this.revoked = revoked;
        this.refused = refused;
        this.expected = expected;
        this.expectation = expectation;
    }

    /**
     * Trusts each site of an authority's.
     *
     * @param revoked but for those whose certificates it has taken back
     * @param refused told why a client was not believed: at its end it hears no reason
     */
    static SiteTrust any(X509Certificate authority, Revocations revoked, Consumer<String> refused)
            throws GeneralSecurityException {
        return new SiteTrust(authority, revoked, refused, site -> true, "a certificate that names a site");
    }

    /** Trusts one site of an authority's. */
    static SiteTrust only(X509Certificate authority, Revocations revoked, Consumer<String> refused, PopId expected)
            throws GeneralSecurityException {
        return new SiteTrust(
                authority, revoked, refused, expected::equals, "a certificate that names site " + expected);
    }

    private static X509TrustManager trusting(X509Certificate authority) throws GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            anchors.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        anchors.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    @FunctionalInterface
    private interface Check {
        void run() throws CertificateException;
    }

    private void believed(X509Certificate certificate, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            // Not as a cause: it is the JDK's innermost words that a person would be told, and they name nobody.
            throw new CertificateException(name(certificate) + " is not believed: " + Reasons.of(e)
                    + " (expected: one of the authority in authority.pem, that has not expired)");
        }
        if (revoked.contain(certificate)) {
            throw new CertificateException(
                    name(certificate) + " is not believed: the authority has taken it back, serial "
                            + certificate.getSerialNumber().toString(16) + " is in revoked.pem");
        }
        expectSite(certificate);
    }

    private static String name(X509Certificate certificate) {
        return "certificate of "
                + SiteName.of(certificate)
                        .map(name -> "site " + name)
                        .orElse(certificate.getSubjectX500Principal().getName());
    }

    private void expectSite(X509Certificate certificate) throws CertificateException {
        Optional<PopId> site = SiteName.of(certificate);
        if (site.filter(expected).isEmpty()) {
            throw new CertificateException(name(certificate) + " (expected: " + expectation + ")");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            believed(chain[0], () -> authority.checkClientTrusted(chain, authType));
        } catch (CertificateException e) {
            refused.accept(e.getMessage());
            throw e;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        believed(chain[0], () -> authority.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.clone();
    }
}
