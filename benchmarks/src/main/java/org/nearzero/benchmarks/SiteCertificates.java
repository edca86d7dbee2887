package org.nearzero.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import org.nearzero.sites.tools.Certificates;

/** An authority, and the certificates of the sites under it, as {@code nearzero ca} makes them. */
final class SiteCertificates {
    private final Path authority;

    /** Makes the authority. @param directory where; made if it is missing */
    SiteCertificates(Path directory) throws IOException {
        authority = directory;
        made("authority", authority.toString());
    }

    /** Makes a site's key and certificate. @return the directory with them */
    Path site(String name) throws IOException {
        made("site", authority.toString(), name);
        return authority.resolve(name);
    }

    /** The authority's certificate, in PEM form. @param site a directory that {@link #site} made */
    static Path authorityPem(Path site) {
        return site.resolve("authority.pem");
    }

    /** A site's key and certificate in one PEM file, which is how HAProxy wants them. @param site a directory that {@link #site} made */
    static Path pem(Path site) throws IOException {
        char[] password =
                Files.readString(site.resolve("site.password")).strip().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance(site.resolve("site.p12").toFile(), password);
            String alias = store.aliases().nextElement();
            StringBuilder text =
                    block("PRIVATE KEY", store.getKey(alias, password).getEncoded());
            for (Certificate certificate : store.getCertificateChain(alias)) {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            }
            return Files.writeString(site.resolve("site.pem"), text);
        } catch (GeneralSecurityException e) {
            throw new IOException(site + ": " + e.getMessage(), e);
        }
    }

    private static StringBuilder block(String label, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return new StringBuilder()
                .append("-----BEGIN " + label + "-----\n")
                .append(lines)
                .append("\n-----END " + label + "-----\n");
    }

    private static void made(String... arguments) throws IOException {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        if (Certificates.run(nowhere, System.err, arguments) != 0) {
            throw new IOException("no certificates");
        }
    }
}
