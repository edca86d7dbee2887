package org.nearzero.store.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A value as it lies in the file, behind its checksum: MVStore's own cover its structure, not what is kept in it. */
final class Sealed {
    private Sealed() {}

    /** A copy of a value with its checksum in front. */
    static byte[] seal(byte[] value) {
        return ByteBuffer.allocate(Integer.BYTES + value.length)
                .putInt(checksum(value))
                .put(value)
                .array();
    }

    /** A copy of the value; empty if it is not the one that was sealed. */
    static Optional<byte[]> open(byte[] bytes) {
        if (bytes.length < Integer.BYTES) {
            return Optional.empty();
        }
        byte[] value = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
        return ByteBuffer.wrap(bytes).getInt() == checksum(value) ? Optional.of(value) : Optional.empty();
    }

    private static int checksum(byte[] value) {
        CRC32C checksum = new CRC32C();
        checksum.update(value);
        return (int) checksum.getValue();
    }
}
