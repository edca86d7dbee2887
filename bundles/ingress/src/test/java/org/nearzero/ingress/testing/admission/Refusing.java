package org.nearzero.ingress.testing.admission;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/** A port at which nobody listens, and which nobody else can get: each connection is refused. */
public final class Refusing implements AutoCloseable {
    private final Socket bound = new Socket();

    public Refusing() {
        try {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Endpoint endpoint() {
        return new Endpoint("127.0.0.1", bound.getLocalPort());
    }

    /** As an instance of the shop. */
    public Target open(String name) {
        return new Target(new AppInstanceId("shop." + name), endpoint(), Admission.OPEN);
    }

    @Override
    public void close() {
        try {
            bound.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
