package org.nearzero.examples.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** Bytes in the order in which they arrived; grows as needed. Not thread-safe. */
final class ByteQueue {
    private static final int SMALLEST = 512;

    private byte[] bytes = new byte[SMALLEST];
    private int head;
    private int tail;

    int size() {
        return tail - head;
    }

    byte at(int index) {
        return bytes[head + index];
    }

    void add(ByteBuffer more) {
        int length = more.remaining();
        reserve(length);
        more.get(bytes, tail, length);
        tail += length;
    }

    void add(byte[] more) {
        add(ByteBuffer.wrap(more));
    }

    /** Writes as much as the channel takes. */
    void writeTo(WritableByteChannel channel) throws IOException {
        skip(channel.write(ByteBuffer.wrap(bytes, head, size())));
    }

    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, head, head + count);
        skip(count);
        return taken;
    }

    void skip(int count) {
        head += count;
        if (head == tail) {
            head = 0;
            tail = 0;
            if (bytes.length > 64 * SMALLEST) {
                bytes = new byte[SMALLEST];
            }
        }
    }

    /** Where {@code \r\n} next begins, at {@code from} or later; -1 if nowhere. */
    int lineEnd(int from) {
        for (int i = from; i + 1 < size(); i++) {
            if (at(i) == '\r' && at(i + 1) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void reserve(int more) {
        if (tail + more <= bytes.length) {
            return;
        }
        int size = size();
        byte[] target = size + more <= bytes.length ? bytes : new byte[Math.max(size + more, 2 * bytes.length)];
        System.arraycopy(bytes, head, target, 0, size);
        bytes = target;
        head = 0;
        tail = size;
    }
}
