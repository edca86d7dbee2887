package org.nearzero.sites.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Certificates as text (RFC 7468). */
public final class Pem {
    private Pem() {}

    static String of(X509Certificate certificate) throws CertificateException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
    }

    /** @throws CertificateException if the text is no certificate */
    static X509Certificate parse(String text) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }

    static X509Certificate read(Path file) throws IOException, CertificateException {
        try {
            return parse(Files.readString(file));
        } catch (CertificateException e) {
            throw new CertificateException(file + ": no certificate (expected: one in PEM form)", e);
        }
    }

    /** The SHA-256 of a certificate, by which people and tokens name it. */
    public static byte[] fingerprint(X509Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java runtime has SHA-256, and this certificate was parsed
        }
    }
}
