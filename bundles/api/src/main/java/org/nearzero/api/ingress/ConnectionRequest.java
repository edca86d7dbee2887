package org.nearzero.api.ingress;

import java.net.InetSocketAddress;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What a {@link DeviceIdentifier} may look at. Valid during the call only. */
@ProviderType
public interface ConnectionRequest {
    /** Who opened the transport connection. */
    InetSocketAddress peer();

    /** Whether that peer is one of the configured trusted ones (another proxy of the operator's). */
    boolean fromTrustedPeer();

    /** The values of a header field, in order; empty if there is none. Whether to believe them is a matter of the peer. */
    List<String> header(String name);
}
