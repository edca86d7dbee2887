package org.nearzero.sites.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Problems;

/**
 * What a new site is given so that it can join: by the secret the others believe it, once; by the fingerprint it believes them. As text
 * {@code nz1.} and in base64url (RFC 4648 section 5) the secret, the fingerprint and the door.
 *
 * @param secret 32 random bytes
 * @param authority SHA-256 of the authority's certificate
 * @param door where the site is reached that lets others join
 */
record JoinToken(byte[] secret, byte[] authority, Endpoint door) {
    static final int BYTES = 32;
    private static final String PREFIX = "nz1.";

    JoinToken {
        if (secret.length != BYTES || authority.length != BYTES) {
            throw new IllegalArgumentException("secret or authority: not " + BYTES + " bytes");
        }
        secret = secret.clone();
        authority = authority.clone();
    }

    /** @throws org.nearzero.api.model.InvalidInputException if it is no such token; the message does not repeat it */
    static JoinToken parse(String text) {
        byte[] bytes = decoded(text.strip());
        Problems.check()
                .expect(bytes.length > 2 * BYTES, "token", "cut short or mistyped", PREFIX + "... as it was printed")
                .throwIfAny();
        Endpoint door =
                Doors.parse("token", new String(bytes, 2 * BYTES, bytes.length - 2 * BYTES, StandardCharsets.UTF_8));
        return new JoinToken(Arrays.copyOf(bytes, BYTES), Arrays.copyOfRange(bytes, BYTES, 2 * BYTES), door);
    }

    private static byte[] decoded(String text) {
        try {
            return text.startsWith(PREFIX)
                    ? Base64.getUrlDecoder().decode(text.substring(PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** As it is printed, once. */
    String text() {
        byte[] where = Doors.text(door).getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(2 * BYTES + where.length);
        bytes.put(secret).put(authority).put(where);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** What is kept of a secret. It is random and long, so that nothing slower than SHA-256 is needed. */
    static byte[] hash(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java runtime has it
        }
    }

    /** Without the secret: a record's own would show it in a log. */
    @Override
    public String toString() {
        return "JoinToken[door=" + door + "]";
    }
}
