package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import org.nearzero.api.model.PopId;

/**
 * What proves a site, in a directory of its own: {@code site.p12} with its key and certificate, {@code site.password}, and
 * {@code authority.pem}, the certificate of the authority that it trusts. Beside them may be {@code revoked.pem}, what that has taken back.
 */
final class SiteFiles {
    static final String PEERS = "peers";
    static final String REVOKED = "revoked.pem";
    private static final String ALIAS = "site";

    private final Path directory;
    private final KeyStoreFile keys;

    SiteFiles(Path directory) {
        this.directory = directory;
        this.keys = KeyStoreFile.in(directory, ALIAS);
    }

    Path directory() {
        return directory;
    }

    Path authorityFile() {
        return directory.resolve("authority.pem");
    }

    /** The authority's revocation list; need not be there. */
    Path revokedFile() {
        return directory.resolve(REVOKED);
    }

    Path keyFile() {
        return keys.file();
    }

    /** Where a site that has joined keeps which others there were, one {@code pop@host:port} a line. */
    Path peersFile() {
        return directory.resolve(PEERS);
    }

    /** The key store, with the one entry that proves the site. */
    KeyStore load() throws IOException, GeneralSecurityException {
        return keys.load();
    }

    char[] password() throws IOException {
        return keys.readPassword();
    }

    static X509Certificate certificate(KeyStore store) throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate(ALIAS);
    }

    /** Who signs a request for a certificate. */
    @FunctionalInterface
    interface Signer {
        /**
         * Signs.
         *
         * @param request in PEM form (RFC 2986)
         * @return the site's certificate, then the authority's
         */
        List<X509Certificate> sign(String request) throws IOException, GeneralSecurityException;
    }

    /**
     * Makes a new key, has it certified, and puts both in place of what was there in one step. The password stays if there is
     * one, so that a running site that looks in between finds the old or the new, never half of each.
     */
    X509Certificate renew(PopId popId, Keytool keytool, Signer signer) throws IOException, GeneralSecurityException {
        OwnerFiles.makeDirectory(directory);
        if (!Files.exists(keys.password())) {
            keys.makePassword();
        }
        Path work = OwnerFiles.makeWorkDirectory(directory);
        try {
            KeyStoreFile fresh = new KeyStoreFile(work.resolve("site.p12"), keys.password());
            makeKey(fresh, popId, keytool);
            Path request = work.resolve("request.pem");
            keytool.run(fresh, "-certreq", "-alias", ALIAS, "-file", request.toString());
            List<X509Certificate> chain = signer.sign(Files.readString(request));
            certify(fresh, chain);
            OwnerFiles.write(
                    authorityFile(), Pem.of(chain.get(chain.size() - 1)).getBytes(StandardCharsets.US_ASCII));
            Files.move(fresh.file(), keys.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            OwnerFiles.sync(directory);
            return chain.get(0);
        } finally {
            deleteAll(work);
        }
    }

    private static void makeKey(KeyStoreFile store, PopId popId, Keytool keytool) throws IOException {
        keytool.run(
                store,
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + popId);
        OwnerFiles.ownersOnly(store.file());
    }

    private static void certify(KeyStoreFile file, List<X509Certificate> chain)
            throws IOException, GeneralSecurityException {
        KeyStore store = file.load();
        char[] password = file.readPassword();
        store.setKeyEntry(ALIAS, store.getKey(ALIAS, password), password, chain.toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file.file())) {
            store.store(out, password);
        }
    }

    static void deleteAll(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
