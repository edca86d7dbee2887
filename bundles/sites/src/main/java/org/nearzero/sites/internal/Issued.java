package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.PopId;

/**
 * The certificates that an authority has made, in {@code issued/} beside it, one PEM file each: without it nobody could say which ones are
 * to be taken back, for they are carried to their sites. Calls do I/O.
 */
final class Issued {
    private static final String PEM = ".pem";

    private final Path directory;

    Issued(Path authority) {
        this.directory = authority.resolve("issued");
    }

    Path directory() {
        return directory;
    }

    /** Writes one down. It is on the disk before anybody gets it. */
    void add(X509Certificate certificate) throws IOException, GeneralSecurityException {
        OwnerFiles.makeDirectory(directory);
        Path file = directory.resolve(certificate.getSerialNumber().toString(16) + PEM);
        OwnerFiles.write(file, Pem.of(certificate).getBytes(StandardCharsets.US_ASCII));
    }

    /** All that name a site. */
    List<X509Certificate> of(PopId popId) throws IOException, GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (var files = Files.newDirectoryStream(directory, "*" + PEM)) {
            for (Path file : files) {
                X509Certificate certificate = Pem.read(file);
                if (SiteName.of(certificate).equals(Optional.of(popId))) {
                    found.add(certificate);
                }
            }
        }
        return found;
    }
}
