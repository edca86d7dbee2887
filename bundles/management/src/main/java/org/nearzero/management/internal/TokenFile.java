package org.nearzero.management.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The token that callers have to show, in a file that only its owner can read. */
final class TokenFile {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,512}");
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int RANDOM_BYTES = 32;

    private TokenFile() {}

    /**
     * The token of a file, which is made if it does not exist.
     *
     * @throws IOException if it cannot be read or made, if others can read or write it, or if it holds no token
     */
    static String readOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions)) {
            throw new IOException("token file " + file + ": permissions " + PosixFilePermissions.toString(permissions)
                    + " (expected: rw-------; chmod 600 it, and change the token: others may have read it)");
        }
        String token = Files.readString(file).strip();
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("token file " + file + ": holds no token (expected: 16 to 512 letters, digits or"
                    + " ._~+/=-; remove it to have a new one made)");
        }
        return token;
    }

    private static void make(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNERS))) {
            channel.write(ByteBuffer.wrap(token.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }
}
