package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;

/** Looks whether a client that waits for its response is still there. */
final class ClientWatch {
    /** What was seen. */
    enum Seen {
        QUIET,
        /** It sent its next request already; that is kept for later. */
        SPOKE,
        /** It closed, or its sending side, which is taken for the same: nobody can tell the two apart. */
        GONE
    }

    private ClientWatch() {}

    static Seen look(HttpServerConnection connection) {
        if (connection.getExtraBytes() != null) {
            return Seen.SPOKE;
        }
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        int n;
        try {
            n = connection.getOriginalSourceConduit().read(pooled.getBuffer());
        } catch (IOException e) {
            n = -1;
        }
        if (n > 0) {
            pooled.getBuffer().flip();
            connection.setExtraBytes(pooled);
            return Seen.SPOKE;
        }
        pooled.close();
        return n == 0 ? Seen.QUIET : Seen.GONE;
    }
}
