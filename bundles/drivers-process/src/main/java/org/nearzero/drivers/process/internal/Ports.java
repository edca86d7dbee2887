package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.model.AppInstanceId;

/**
 * Ports on 127.0.0.1 for instances. A port is free when the kernel gives it away and none of ours has been promised it, listening
 * yet or not. Somebody else may still take it before the instance listens; the instance then ends, and {@link #taken} says why.
 */
final class Ports {
    private static final int ATTEMPTS = 64;

    private final Map<Integer, AppInstanceId> promised = new ConcurrentHashMap<>();

    int promise(AppInstanceId instance) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = free();
            if (promised.putIfAbsent(port, instance) == null) {
                return port;
            }
        }
        throw new DriverException(
                Code.NO_CAPACITY,
                "instance=" + instance + ": no port on 127.0.0.1 that is not another instance's, after " + ATTEMPTS
                        + " attempts: widen net.ipv4.ip_local_port_range");
    }

    /** Keeps a port that was promised earlier, by somebody who is gone. */
    void keep(int port, AppInstanceId instance) {
        promised.putIfAbsent(port, instance);
    }

    void release(int port, AppInstanceId instance) {
        promised.remove(port, instance);
    }

    /**
     * Whether somebody has the port now. It is bound but never listened on: a probe of the instance's readiness that comes in that
     * moment must not be accepted by us.
     */
    static boolean taken(int port) {
        try (Socket bound = new Socket()) {
            bound.setReuseAddress(true); // connections of the dead instance that linger do not count
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (BindException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int free() {
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return bound.getLocalPort();
        } catch (IOException e) {
            throw new DriverException(Code.NO_CAPACITY, "no free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }
}
