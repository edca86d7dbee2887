package org.nearzero.management.internal;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.sites.Sites;
import org.nearzero.api.store.Store;
import org.nearzero.api.time.SteadyClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management API over HTTP, on the JDK's own server. Started and closed once each, by one thread; at most {@value #THREADS}
 * requests are answered at a time.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final int THREADS = 8;
    private static final int BACKLOG = 64;
    private static final long CLOSE_SECONDS = 2;
    private static final long RESTORE_SECONDS = 10;

    static {
        // The JDK's server reads its settings from system properties, when it is first used, and from nowhere else.
        // It sends headers and body as two segments: with Nagle's algorithm the second waits for the delayed
        // acknowledgement of the first, 40 ms for each answer on a kept connection.
        setUnlessSet("sun.net.httpserver.nodelay", "true");
        // Seconds for a request to arrive, so that one that never ends does not hold a thread for good.
        setUnlessSet("sun.net.httpserver.maxReqTime", "30");
    }

    private final ManagementSettings settings;
    private final Orchestrator orchestrator;
    private final Ingress ingress;
    private final Store store;
    private final ExecutorService workers = Executors.newFixedThreadPool(THREADS, threads("nearzero-management-"));
    private final ScheduledExecutorService keeper = keeper();
    private final AtomicReference<Optional<Sites>> sites = new AtomicReference<>(Optional.empty());
    private HttpServer http;

    /** @param store where manifests are kept; the caller's to close */
    public ManagementServer(ManagementSettings settings, Orchestrator orchestrator, Ingress ingress, Store store) {
        this.settings = requireNonNull(settings, "settings");
        this.orchestrator = requireNonNull(orchestrator, "orchestrator");
        this.ingress = requireNonNull(ingress, "ingress");
        this.store = requireNonNull(store, "store");
    }

    /**
     * Starts to answer, and takes again what was kept: returns once each application was tried, or after {@value
     * #RESTORE_SECONDS} s. One that could not be taken is tried again in the background.
     *
     * @throws UncheckedIOException if the address cannot be had, or the token file is not safe; it then holds nothing
     * @throws org.nearzero.api.store.StoreException if the kept manifests cannot be read; it then holds nothing
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (http != null || workers.isShutdown()) {
            throw new IllegalStateException("started before (expected: once)");
        }
        CompletableFuture<Void> restored;
        try {
            // The address comes first: whoever has it is the one who may touch the files.
            http = bound();
            restored = serve();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        LOG.info(
                "management API listens: address={} token={}",
                address(),
                settings.tokenFile().isPresent());
        await(restored);
    }

    /** Whoever is told that the platform has started expects the applications of before to be there. */
    private static void await(CompletableFuture<Void> restored) {
        try {
            restored.get(RESTORE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("kept applications not all taken again yet: goes on in the background: reason={}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpServer bound() throws IOException {
        String where = settings.host() + ":" + settings.port();
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new IOException(
                    "management API at " + where + ": host not known (expected: an address of this machine)");
        }
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (SocketException e) {
            throw new BindException("management API at " + where + ": " + e.getMessage()
                    + " (stop what has that port, or set port in org.nearzero.management)");
        }
    }

    /** @return complete once each kept application was tried */
    private CompletableFuture<Void> serve() throws IOException {
        Optional<String> token = Optional.empty();
        if (settings.tokenFile().isPresent()) {
            token = Optional.of(TokenFile.readOrMake(settings.tokenFile().get()));
        }
        KeptManifests manifests = new KeptManifests(store);
        KeptManifests.Kept kept = manifests.load();
        kept.broken().forEach(one -> LOG.error("kept manifest skipped: key={} reason={}", one.key(), one.reason()));
        Applications applications =
                new Applications(orchestrator, manifests, this::amongSites, keeper, SteadyClock.ofThisProcess());
        CompletableFuture<Void> restored = applications.restore(kept);
        Deployments deployments = new Deployments(applications, this::sites);
        Api api = new Api(orchestrator.popId(), version(), deployments, new SitesApi(this::sites), ingress);
        http.createContext("/", new HttpDoor(new Guard(settings, token), api));
        http.setExecutor(workers);
        http.start();
        return restored;
    }

    /**
     * Names this site's peers. From then on it is they who take applications and take them back, and who keep them. May be
     * called at any time, by any thread.
     *
     * @param peers empty: it has none, as at first
     */
    public void sites(Optional<Sites> peers) {
        sites.set(requireNonNull(peers, "peers"));
    }

    private Optional<Sites> sites() {
        return sites.get();
    }

    private Set<AppId> amongSites() {
        return sites().map(Sites::deployments).orElse(List.of()).stream()
                .map(deployment -> deployment.application().appId())
                .collect(Collectors.toSet());
    }

    /** Where it listens, with the port that it got. @throws IllegalStateException if it was not started */
    public Endpoint address() {
        if (http == null) {
            throw new IllegalStateException("not started (expected: start() before)");
        }
        return new Endpoint(settings.host(), http.getAddress().getPort());
    }

    /** Stops. Requests that are being answered have {@value #CLOSE_SECONDS} s to end. Applications go on. */
    @Override
    public void close() {
        // Idle connections do not count: the server's own stop(seconds) would wait in vain for them.
        workers.shutdown();
        boolean interrupted = false;
        try {
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        workers.shutdownNow();
        keeper.shutdownNow();
        if (http != null) {
            http.stop(0);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String version() throws IOException {
        try (InputStream file = ManagementServer.class.getResourceAsStream("build.properties")) {
            Properties build = new Properties();
            build.load(requireNonNull(file, "build.properties"));
            return build.getProperty("version");
        }
    }

    private static ScheduledExecutorService keeper() {
        ScheduledThreadPoolExecutor keeper = new ScheduledThreadPoolExecutor(1, threads("nearzero-manifests-"));
        keeper.setRemoveOnCancelPolicy(true);
        return keeper;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
