package org.nearzero.ingress.internal;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.nearzero.api.model.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The I/O threads and the socket that listens for devices. Offers HTTP/1.1 alone: neither HTTP/2 nor an upgrade to it. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BUFFER = 16 * 1024 - 20; // what malloc rounds up to 16 KiB, as Undertow has it
    private static final int BACKLOG = 4096;

    private final IngressSettings settings;
    private final XnioWorker worker;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER, -1, 4);
    private final Loop[] loops;
    private final Door door;
    private final HttpOpenListener http;
    private final PeerListener peerListener;
    private AcceptingChannel<? extends StreamConnection> accepting;
    private boolean closed;

    Listener(
            IngressSettings settings,
            Optional<Xnio> xnio,
            Door.Finder finder,
            Devices devices,
            Door.Suspicion suspicion,
            Peers peers) {
        this.settings = settings;
        try {
            Xnio provider = xnio.orElseGet(() -> Xnio.getInstance(Undertow.class.getClassLoader()));
            worker = provider.createWorker(OptionMap.builder()
                    .set(Options.WORKER_NAME, "nearzero-ingress")
                    .set(Options.WORKER_IO_THREADS, settings.limits().ioThreads())
                    .set(Options.WORKER_TASK_CORE_THREADS, 1)
                    .set(Options.WORKER_TASK_MAX_THREADS, 4)
                    .set(Options.THREAD_DAEMON, true)
                    .getMap());
        } catch (IOException e) {
            throw new IllegalStateException("ingress: cannot make I/O threads: " + e.getMessage(), e);
        }
        loops = new Loop[worker.getIoThreadCount()];
        for (int i = 0; i < loops.length; i++) {
            XnioIoThread thread = worker.getIoThread(i);
            loops[thread.getNumber()] = new Loop(thread, buffers, settings);
        }
        door = new Door(settings, finder, devices, suspicion, loops, peers);
        http = new HttpOpenListener(buffers, options(settings));
        http.setRootHandler(door);
        peerListener = new PeerListener(
                settings, worker, buffers, peers, new PeerDoor(peers, door, new PeerCalls(peers, loops)));
    }

    PeerListener peers() {
        return peerListener;
    }

    Loop[] loops() {
        return loops;
    }

    synchronized void start() {
        if (accepting != null || closed) {
            throw new IllegalStateException("ingress: already started or closed");
        }
        String at = settings.host() + ":" + settings.port();
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new IllegalStateException(
                    "ingress " + at + ": the host name has no address (set host in org.nearzero.ingress)");
        }
        try {
            accepting = worker.createStreamConnectionServer(
                    address,
                    ChannelListeners.openListenerAdapter(http),
                    OptionMap.builder()
                            .set(Options.TCP_NODELAY, true)
                            .set(Options.KEEP_ALIVE, true)
                            .set(Options.REUSE_ADDRESSES, true)
                            .set(Options.BACKLOG, BACKLOG)
                            .getMap());
            door.open();
            peerListener.start();
            accepting.resumeAccepts();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "ingress " + at + ": cannot listen: " + e.getMessage() + " (see who does with `ss -ltnp 'sport = :"
                            + settings.port() + "'` and stop it, or set another port in org.nearzero.ingress)",
                    e);
        }
    }

    /** Where it listens; with port 0 in the settings, where it was put. */
    synchronized Endpoint endpoint() {
        int port = accepting == null
                ? settings.port()
                : accepting.getLocalAddress(InetSocketAddress.class).getPort();
        if (port == 0) {
            throw new IllegalStateException("ingress: not started");
        }
        return new Endpoint(settings.host(), port);
    }

    /** @param refuseWaiting answers those that wait for room */
    void close(Runnable refuseWaiting) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            IoUtils.safeClose(accepting);
            peerListener.stop();
        }
        door.close();
        refuseWaiting.run();
        awaitInFlight();
        http.closeConnections();
        peerListener.closeConnections();
        worker.shutdownNow();
    }

    private void awaitInFlight() {
        CompletableFuture<Void> idle =
                CompletableFuture.allOf(Stream.of(loops).map(Loop::whenIdle).toArray(CompletableFuture[]::new));
        try {
            idle.get(settings.timeouts().drain().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "ingress closes with connections in flight drain={}",
                    settings.timeouts().drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    static OptionMap options(IngressSettings settings) {
        Limits limits = settings.limits();
        Timeouts timeouts = settings.timeouts();
        return OptionMap.builder()
                .set(UndertowOptions.ENABLE_HTTP2, false)
                .set(UndertowOptions.MAX_HEADER_SIZE, limits.maxHeaderBytes())
                .set(UndertowOptions.MAX_HEADERS, limits.maxHeaders())
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.MAX_PARAMETERS, 10_000)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, (int)
                        timeouts.header().toMillis())
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, (int)
                        timeouts.keepAlive().toMillis())
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                .getMap();
    }
}
