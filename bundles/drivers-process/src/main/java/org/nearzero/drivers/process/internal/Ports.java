package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    /** Whether somebody has the port now. */
    static boolean taken(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true); // connections of the dead instance that linger do not count
            probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (BindException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int free() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new DriverException(Code.NO_CAPACITY, "no free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }
}
