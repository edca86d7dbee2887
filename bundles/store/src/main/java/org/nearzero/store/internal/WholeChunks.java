package org.nearzero.store.internal;

import java.nio.ByteBuffer;
import java.util.Map;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;

/**
 * MVStore's file, with an order among its writes. A machine that loses power has written any of what was not synced, and MVStore takes
 * a chunk for good that has its header and its footer, whatever lies in between. So the footer is written once all else is on the disk,
 * and the header of the file, which tells where the newest chunk is, once that chunk is.
 *
 * <p>MVStore does not write that header each time, but goes on from it along the chunks, each of which guesses where the next one will be.
 * A write that stops in the middle may have overwritten the first of them. So at the start the whole file is looked through.
 */
final class WholeChunks extends SingleFileStore {
    /** Holds the footer, and is what a disk writes wholly or not at all. */
    private static final int LAST_SECTOR = 512;

    private static final int STRIDE = 1 << 16;

    WholeChunks() {
        super(Map.of());
    }

    /** Looks through the whole file. As an option of MVStore this would also take pages that cannot be read for empty ones. */
    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        super.readStoreHeader(true);
    }

    @Override
    protected void writeFully(SFChunk chunk, long pos, ByteBuffer src) {
        if (chunk == null) {
            sync();
            super.writeFully(null, pos, src);
            return;
        }
        int body = src.remaining() - LAST_SECTOR;
        // With zeros where the footer will be: what was there is none, and the file has its size when it is synced
        // again.
        ByteBuffer first = ByteBuffer.allocate(src.remaining()).put(src.slice(src.position(), body));
        super.writeFully(chunk, pos, first.clear());
        sync();
        super.writeFully(chunk, pos + body, src.position(src.position() + body));
    }

    /**
     * Writes the whole file once more, as it reads. After a sync that failed, the operating system may show what the disk does not
     * have, and say of the next sync that all is well.
     */
    void settle() {
        for (long at = 0; at < size(); at += STRIDE) {
            int length = (int) Math.min(STRIDE, size() - at);
            super.writeFully(null, at, readFully((SFChunk) null, at, length).rewind());
        }
        sync();
    }
}
