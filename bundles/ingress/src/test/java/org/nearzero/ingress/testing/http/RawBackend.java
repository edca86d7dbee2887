package org.nearzero.ingress.testing.http;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.nearzero.api.model.Endpoint;

/** An instance that answers by script, and keeps every byte, request and connection that reached it. */
public final class RawBackend implements AutoCloseable {
    /** What it does with one connection. The connection is closed after it. */
    @FunctionalInterface
    public interface Script {
        void serve(Call call) throws Exception;
    }

    private final ServerSocket server;
    private final Script script;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private RawBackend(Script script) throws IOException {
        this.script = script;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Each connection by a script. */
    public static RawBackend scripted(Script script) throws IOException {
        return new RawBackend(script);
    }

    /** Each request by a function, on connections that stay open. */
    public static RawBackend answering(Function<Message, String> answer) throws IOException {
        return scripted(call -> {
            for (Message request = call.request(); request != null && request.complete(); request = call.request()) {
                call.send(answer.apply(request));
            }
        });
    }

    /** Each request with its own body. */
    public static RawBackend echoing() throws IOException {
        return answering(request -> ok(request.text()));
    }

    /** A plain response. */
    public static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    public Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    /** The connections that reached it. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The requests that reached it complete. */
    public List<Message> requests() {
        return List.copyOf(requests);
    }

    /** The one request that reached it. */
    public Message request() {
        if (requests.size() != 1) {
            throw new AssertionError("requests: " + requests);
        }
        return requests.get(0);
    }

    /** Every byte that reached it, a character for each. */
    public String heard() {
        StringBuilder all = new StringBuilder();
        calls.forEach(call -> all.append(call.heard()));
        return all.toString();
    }

    private void accept() {
        try {
            while (true) {
                Call call = new Call(server.accept());
                calls.add(call);
                start(call);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-backend");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes it and its connections. @throws AssertionError if a script failed */
    @Override
    public void close() throws IOException {
        server.close();
        for (Call call : calls) {
            call.socket.close();
        }
        if (failure.get() != null) {
            throw new AssertionError("a script failed", failure.get());
        }
    }

    /** One connection. */
    public final class Call implements Runnable {
        private final Socket socket;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final MessageReader reader;

        private Call(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            reader = new MessageReader(new Recorded(socket.getInputStream()));
        }

        /** Its place among the connections, from 0. */
        public int number() {
            return calls.indexOf(this);
        }

        /** The next request, truncated or not; null if there is none. */
        public Message request() throws IOException {
            Message request = reader.request();
            if (request != null && request.complete()) {
                requests.add(request);
            }
            return request;
        }

        public Call send(String latin1) throws IOException {
            socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        public Call send(byte[] piece) throws IOException {
            socket.getOutputStream().write(piece);
            return this;
        }

        /** Reads a byte, whatever it is. @return -1 at the end */
        public int read() throws IOException {
            return reader.read();
        }

        /** Waits until the other side has closed. */
        public void awaitClosed() {
            try {
                while (reader.read() >= 0) {
                    // It is kept in any case.
                }
            } catch (IOException e) {
                // That as well.
            }
        }

        /** Breaks the connection with an RST. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Says that it sends no more. */
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /** What reached it here. */
        public String heard() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
        }

        @Override
        public void run() {
            try (socket) {
                script.serve(this);
            } catch (IOException e) {
                // The other side has gone, or the test is over.
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }

        private final class Recorded extends FilterInputStream {
            private Recorded(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int n = super.read(into, from, length);
                if (n > 0) {
                    synchronized (bytes) {
                        bytes.write(into, from, n);
                    }
                }
                return n;
            }
        }
    }
}
