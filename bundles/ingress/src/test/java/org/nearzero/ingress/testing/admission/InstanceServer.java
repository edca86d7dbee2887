package org.nearzero.ingress.testing.admission;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/** A little instance: one thread for each connection, counts the requests that it serves at once by itself. */
public final class InstanceServer implements AutoCloseable {
    /** Answers one request. */
    @FunctionalInterface
    public interface Service {
        Reply serve(Incoming request) throws Exception;
    }

    private final String name;
    private final Service service;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "instance");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Incoming> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger unwanted = new AtomicInteger();
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean forbidden;
    private volatile boolean keepsRequests = true;

    private InstanceServer(String name, Service service, int port) {
        this.name = name;
        this.service = service;
        try {
            listening = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        threads.execute(this::accept);
    }

    /** Answers each request as {@code service} says. */
    public static InstanceServer serving(String name, Service service) {
        return new InstanceServer(name, service, 0);
    }

    /** Answers each request with its own name. */
    public static InstanceServer naming(String name) {
        return serving(name, request -> Reply.ok(name));
    }

    /** Lets each request wait until it is {@linkplain #letGo let go}, then answers with the request's path. */
    public static InstanceServer holding(String name) {
        InstanceServer[] self = new InstanceServer[1];
        self[0] = serving(name, request -> {
            self[0].permits.acquire();
            return Reply.ok(request.path());
        });
        return self[0];
    }

    /** For load: does not remember what it was asked. */
    public InstanceServer forgetful() {
        keepsRequests = false;
        return this;
    }

    /** Answers so many of those that are held, or will be. */
    public void letGo(int count) {
        permits.release(count);
    }

    /** Its id as the routes name it: an instance of the shop. */
    public AppInstanceId id() {
        return new AppInstanceId("shop." + name);
    }

    /** Itself as a target that takes new connections. */
    public Target open() {
        return target(Admission.OPEN);
    }

    /** Itself as a target that takes none. */
    public Target draining() {
        return target(Admission.DRAINING);
    }

    private Target target(Admission admission) {
        return new Target(
                id(), new Endpoint(listening.getInetAddress().getHostAddress(), listening.getLocalPort()), admission);
    }

    /** What it was asked, in order. */
    public List<Incoming> requests() {
        return requests;
    }

    /** Requests that it is serving at this moment. */
    public int now() {
        return now.get();
    }

    /** The most that it ever served at once. */
    public int most() {
        return most.get();
    }

    /** Connections open to it at this moment. */
    public int connections() {
        return connections.size();
    }

    /** From now on each request is one that should not have come. */
    public void forbid() {
        forbidden = true;
    }

    /** Requests that should not have come. */
    public int unwanted() {
        return unwanted.get();
    }

    /** Breaks all connections, and goes on accepting. */
    public void breakConnections() {
        connections.forEach(InstanceServer::reset);
    }

    /** Dies: breaks all connections and accepts no more. */
    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        breakConnections();
        threads.shutdownNow();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // closed already
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.add(socket);
                try {
                    socket.setTcpNoDelay(true);
                    threads.execute(() -> converse(socket));
                } catch (IOException | RejectedExecutionException e) {
                    reset(socket); // closing
                    connections.remove(socket);
                }
            } catch (IOException e) {
                // closing
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (; ; ) {
                List<String> head = Wire.head(in);
                if (head.isEmpty()) {
                    return;
                }
                Reply reply = serve(head, in);
                socket.getOutputStream().write(reply.bytes());
                if (reply.then() != null) {
                    reply.then().talk(in, socket.getOutputStream());
                    return;
                }
            }
        } catch (Exception e) {
            // Broken by the other side, or by close().
        } finally {
            connections.remove(socket);
        }
    }

    private Reply serve(List<String> head, InputStream in) throws Exception {
        unwanted.addAndGet(forbidden ? 1 : 0);
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        try {
            String[] line = head.get(0).split(" ");
            var fields = Wire.fields(head);
            Incoming request = new Incoming(line[0], line[1], fields, Wire.body(in, fields));
            if (keepsRequests) {
                requests.add(request);
            }
            return service.serve(request);
        } finally {
            now.decrementAndGet(); // before the answer: from then on it counts no more, here or there
        }
    }
}
