package org.nearzero.sites.internal;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context whose engines speak TLS 1.3 (RFC 8446) and nothing older, whoever makes them: that of the JDK named so still lets an engine
 * fall back to 1.2. Sockets are not made from it.
 */
final class Tls13 extends SSLContextSpi {
    private static final String PROTOCOL = "TLSv1.3";

    private final SSLContext context;

    private Tls13(SSLContext context) {
        this.context = context;
    }

    /** Makes one. */
    static SSLContext context(KeyManager[] keys, TrustManager trust) throws java.security.GeneralSecurityException {
        SSLContext whole = SSLContext.getInstance(PROTOCOL);
        whole.init(keys, new TrustManager[] {trust}, new SecureRandom());
        return new SSLContext(new Tls13(whole), whole.getProvider(), PROTOCOL) {};
    }

    /** What an engine made for a client or a server has to keep to. */
    static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        return parameters;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return only(context.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return only(context.createSSLEngine(host, port));
    }

    private static SSLEngine only(SSLEngine engine) {
        engine.setEnabledProtocols(new String[] {PROTOCOL});
        return engine;
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return only(context.getDefaultSSLParameters());
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return only(context.getSupportedSSLParameters());
    }

    private static SSLParameters only(SSLParameters parameters) {
        parameters.setProtocols(new String[] {PROTOCOL});
        return parameters;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("initialised already");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        throw new UnsupportedOperationException("engines only (expected: createSSLEngine)");
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw new UnsupportedOperationException("engines only (expected: createSSLEngine)");
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return context.getClientSessionContext();
    }
}
