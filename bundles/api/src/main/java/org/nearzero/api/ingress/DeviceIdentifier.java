package org.nearzero.api.ingress;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells devices apart. The service with the highest ranking is asked first; the first answer counts; if none knows, the source
 * address is the device. Called on an I/O thread for each connection: never blocks. One that throws is passed over.
 */
@ConsumerType
@FunctionalInterface
public interface DeviceIdentifier {
    /** A text that is the same for each connection of one device, at most 256 characters; empty if this service cannot tell. */
    Optional<String> identify(ConnectionRequest request);
}
