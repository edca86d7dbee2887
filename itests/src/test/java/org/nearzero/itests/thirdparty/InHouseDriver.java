package org.nearzero.itests.thirdparty;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * A third party's driver, as the only class of a third party's bundle: each instance is a small server in the platform's own
 * process, whatever the application. It comes before the shipped drivers.
 */
public final class InHouseDriver implements ContainerDriver, BundleActivator {
    private final Map<AppInstanceId, DriverInstance> instances = new ConcurrentHashMap<>();
    private final Map<AppInstanceId, HttpServer> servers = new ConcurrentHashMap<>();
    private final List<DriverListener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void start(BundleContext context) {
        context.registerService(ContainerDriver.class, this, new Hashtable<>(Map.of("service.ranking", 100)));
    }

    @Override
    public void stop(BundleContext context) {
        // the framework takes back what a bundle registered, and instances run on without their driver
    }

    @Override
    public String name() {
        return "in-house";
    }

    @Override
    public boolean accepts(Application application) {
        return true;
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Answered-By", "in-house");
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            servers.put(spec.appInstanceId(), server);
            DriverInstance instance = new DriverInstance(
                    spec.appInstanceId(),
                    spec.application().appId(),
                    spec.popId(),
                    spec.generation(),
                    InstanceState.RUNNING,
                    Optional.of(new Endpoint("127.0.0.1", server.getAddress().getPort())),
                    Instant.now(),
                    "");
            instances.put(spec.appInstanceId(), instance);
            return CompletableFuture.completedFuture(instance);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        if (instances.remove(instance) != null) {
            servers.remove(instance).stop(0);
            listeners.forEach(listener -> listener.removed(instance));
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return CompletableFuture.completedFuture(List.copyOf(instances.values()));
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
