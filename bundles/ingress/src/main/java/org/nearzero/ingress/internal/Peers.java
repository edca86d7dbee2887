package org.nearzero.ingress.internal;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;

/** What this site has from the room that knows others: its certificate and theirs, and who answers their questions. Thread-safe. */
final class Peers {
    private final SSLContext context = new PeerContext(() -> required().sslContext());
    private volatile PeerSecurity security;
    private volatile PopId self;
    private volatile PeerService service;

    void security(PeerSecurity now) {
        self = now == null ? self : now.popId();
        security = now;
    }

    /** Null while there is none. */
    PeerSecurity security() {
        return security;
    }

    void service(PeerService now) {
        service = now;
    }

    /** Null while there is none. */
    PeerService service() {
        return service;
    }

    /** Makes each connection with what the security has then. */
    SSLContext context() {
        return context;
    }

    /** The name of this site; null if there has never been a certificate. */
    PopId self() {
        return self;
    }

    /** The site that the other end of a connection has proven to be; empty if it has shown no certificate, or one that names none. */
    Optional<PopId> site(SSLSession session) {
        PeerSecurity now = security;
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (now != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
                certificate.checkValidity(); // a session that is resumed may outlive the certificate that it began with
                return now.identify(certificate);
            }
            return Optional.empty();
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Optional.empty();
        }
    }

    private PeerSecurity required() {
        PeerSecurity now = security;
        if (now == null) {
            throw new IllegalStateException("this site has no certificate to show to others");
        }
        return now;
    }
}
