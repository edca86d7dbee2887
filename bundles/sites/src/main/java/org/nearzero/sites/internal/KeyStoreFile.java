package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A PKCS #12 key store (RFC 7292) and the file with its password.
 *
 * @param file the key store
 * @param password the file whose first line is its password
 */
record KeyStoreFile(Path file, Path password) {
    private static final int RANDOM_BYTES = 32;

    /** The key store of a name in a directory: {@code name.p12} and {@code name.password}. */
    static KeyStoreFile in(Path directory, String name) {
        return new KeyStoreFile(directory.resolve(name + ".p12"), directory.resolve(name + ".password"));
    }

    /** Makes the password. The key store itself is {@link Keytool}'s. */
    void makePassword() throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        OwnerFiles.write(password, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The password. */
    char[] readPassword() throws IOException {
        OwnerFiles.expectOwnersOnly(password);
        return Files.readString(password).lines().findFirst().orElse("").toCharArray();
    }

    /** @throws IOException if a file is missing, others can read it, or the password is another's */
    KeyStore load() throws IOException, GeneralSecurityException {
        OwnerFiles.expectOwnersOnly(file);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, readPassword());
        }
        return store;
    }
}
