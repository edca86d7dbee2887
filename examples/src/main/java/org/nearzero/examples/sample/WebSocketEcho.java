package org.nearzero.examples.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The server's side of a WebSocket that says everything back (RFC 6455). */
final class WebSocketEcho {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int LARGEST = 1 << 20;

    private boolean closed;

    /** {@code Sec-WebSocket-Accept} for a key (section 4.2.2). */
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every Java platform", e);
        }
    }

    /** Whether the closing handshake is done, so that the connection is to be closed once all is written. */
    boolean closed() {
        return closed;
    }

    /** Takes the complete frames in {@code input} and adds the answers to {@code output}. */
    void read(ByteQueue input, ByteQueue output) {
        while (!closed && takeFrame(input, output)) {
            // one frame a turn
        }
    }

    private boolean takeFrame(ByteQueue input, ByteQueue output) {
        if (input.size() < 2) {
            return false;
        }
        int opcode = input.at(0) & 0x0F;
        int shortLength = input.at(1) & 0x7F;
        if ((input.at(1) & 0x80) == 0 || (input.at(0) & 0x70) != 0) {
            return close(output, 1002);
        }
        int lengthBytes = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0;
        int header = 2 + lengthBytes + 4;
        if (input.size() < header) {
            return false;
        }
        long length = shortLength;
        if (lengthBytes > 0) {
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | input.at(2 + i) & 0xFF;
            }
        }
        if (length < 0 || length > LARGEST) {
            return close(output, 1009);
        }
        if (input.size() < header + length) {
            return false;
        }
        byte first = input.at(0);
        byte[] head = input.take(header);
        byte[] payload = input.take((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= head[header - 4 + i % 4];
        }
        answer(first, opcode, payload, output);
        return true;
    }

    private void answer(byte first, int opcode, byte[] payload, ByteQueue output) {
        switch (opcode) {
            case PONG -> {}
            case PING -> frame(0x80 | PONG, payload, output);
            case CLOSE -> {
                frame(0x80 | CLOSE, payload, output);
                closed = true;
            }
            default -> frame(first, payload, output);
        }
    }

    private boolean close(ByteQueue output, int code) {
        frame(0x80 | CLOSE, new byte[] {(byte) (code >> 8), (byte) code}, output);
        closed = true;
        return false;
    }

    private static void frame(int first, byte[] payload, ByteQueue output) {
        int length = payload.length;
        if (length < 126) {
            output.add(new byte[] {(byte) first, (byte) length});
        } else if (length < 1 << 16) {
            output.add(new byte[] {(byte) first, 126, (byte) (length >> 8), (byte) length});
        } else {
            output.add(new byte[] {
                (byte) first,
                127,
                0,
                0,
                0,
                0,
                (byte) (length >> 24),
                (byte) (length >> 16),
                (byte) (length >> 8),
                (byte) length
            });
        }
        output.add(payload);
    }
}
