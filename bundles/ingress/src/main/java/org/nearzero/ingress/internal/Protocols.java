package org.nearzero.ingress.internal;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.IOException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.ssl.SslConnection;

/**
 * Agrees with each client on HTTP/2 or HTTP/1.1 (ALPN, RFC 7301); one that does not ask speaks HTTP/1.1. Undertow's own listener
 * for that refuses HTTP/2 to whoever offers TLS 1.3 alone, and finds its parts on a class path. On I/O threads.
 */
final class Protocols {
    private static final String HTTP_2 = "h2";
    private static final String HTTP_1 = "http/1.1";

    private final ByteBufferPool buffers;
    private final HttpOpenListener http;
    private final Http2OpenListener http2;

    Protocols(ByteBufferPool buffers, HttpOpenListener http, Http2OpenListener http2, HttpHandler handler) {
        this.buffers = buffers;
        this.http = http;
        this.http2 = http2;
        http.setRootHandler(handler);
        http2.setRootHandler(handler);
    }

    /** Takes a connection on which nothing was said yet. */
    void agree(SslConnection connection) {
        SSLEngine engine = UndertowXnioSsl.getSslEngine(connection);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {HTTP_2, HTTP_1});
        engine.setSSLParameters(parameters);
        ConduitStreamSourceChannel source = connection.getSourceChannel();
        source.setReadListener(readable -> goOn(connection, engine));
        source.resumeReads();
    }

    /** The handshake is made by reading. */
    private void goOn(SslConnection connection, SSLEngine engine) {
        ConduitStreamSourceChannel source = connection.getSourceChannel();
        PooledByteBuffer first = buffers.allocate();
        try {
            int n = source.read(first.getBuffer());
            String agreed = engine.getApplicationProtocol();
            if (n < 0 || agreed == null) {
                first.close();
                if (n < 0) {
                    IoUtils.safeClose(connection);
                }
                return;
            }
            first.getBuffer().flip();
            source.setReadListener(null);
            if (agreed.equals(HTTP_2)) {
                http2.handleEvent(connection, first);
            } else {
                http.handleEvent(connection, first);
            }
        } catch (IOException e) {
            first.close();
            IoUtils.safeClose(connection);
        }
    }

    void closeConnections() {
        http.closeConnections();
        http2.closeConnections();
    }
}
