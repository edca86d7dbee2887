package org.nearzero.api.sites;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.nearzero.api.model.PopId;
import org.osgi.annotation.versioning.ProviderType;

/** Proves to peers who this site is, and tells who they are: mutual TLS under the operator's certificate authority. Any thread. */
@ProviderType
public interface PeerSecurity {
    /** The site that this one proves to be. */
    PopId popId();

    /**
     * For connections of either direction: presents this site's certificate and trusts the operator's authority alone. To be asked
     * for anew with each connection, since certificates are renewed.
     */
    SSLContext sslContext();

    /** Which site a certificate names. The chain has been verified already. Empty: it names none. */
    Optional<PopId> identify(X509Certificate certificate);
}
