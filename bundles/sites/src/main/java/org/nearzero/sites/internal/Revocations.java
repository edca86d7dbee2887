package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The certificates that an authority has taken back: its revocation list (RFC 5280 section 5), which it has signed. The list holds
 * until there is another, whatever it says of its next update: sites may be far from the authority for long. Immutable.
 */
final class Revocations {
    /** None was taken back. */
    static final Revocations NONE = new Revocations(Set.of());

    private final Set<BigInteger> serials;

    private Revocations(Set<BigInteger> serials) {
        this.serials = serials;
    }

    /**
     * Reads a list; no file, no certificate is taken back.
     *
     * @throws GeneralSecurityException if it is no list of that authority's
     */
    static Revocations read(Path file, X509Certificate authority) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
            list.verify(authority.getPublicKey());
            return new Revocations(Optional.ofNullable(list.getRevokedCertificates()).stream()
                    .flatMap(Set::stream)
                    .map(X509CRLEntry::getSerialNumber)
                    .collect(Collectors.toUnmodifiableSet()));
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (GeneralSecurityException e) {
            throw new CRLException(
                    file
                            + ": no revocation list of the authority in authority.pem (expected: the revoked.pem that nearzero"
                            + " ca revoke made, or no file)",
                    e);
        }
    }

    boolean contain(X509Certificate certificate) {
        return serials.contains(certificate.getSerialNumber());
    }

    int count() {
        return serials.size();
    }

    /** Their serial numbers, and more, in order. */
    Set<BigInteger> with(Set<BigInteger> more) {
        Set<BigInteger> all = new TreeSet<>(serials);
        all.addAll(more);
        return all;
    }
}
