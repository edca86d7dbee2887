package org.nearzero.benchmarks;

import io.undertow.Undertow;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.net.URI;

/** Undertow's own proxy handler, with room in its queue. */
public final class WarmUndertow {
    private WarmUndertow() {}

    /** @param args port to listen at, port of the server behind */
    public static void main(String[] args) throws InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        // As it comes it queues nothing, and answers 503 as soon as its connections are in use.
        LoadBalancingProxyClient client = new LoadBalancingProxyClient()
                .setConnectionsPerThread(64)
                .setMaxQueueSize(1_000)
                .addHost(URI.create("http://127.0.0.1:" + args[1]));
        Undertow.builder()
                .addHttpListener(Integer.parseInt(args[0]), "127.0.0.1")
                .setHandler(ProxyHandler.builder().setProxyClient(client).build())
                .build()
                .start();
        Thread.currentThread().join();
    }
}
