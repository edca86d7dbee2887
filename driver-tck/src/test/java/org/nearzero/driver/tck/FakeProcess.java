package org.nearzero.driver.tck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.Endpoint;

/** A process of the {@link FakeEngine}: threads instead of a program, but real sockets. Its labels are its order. */
final class FakeProcess {
    final InstanceSpec labels;
    private final Instant createdAt = Instant.now();
    private final Consumer<FakeProcess> onExit;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private ServerSocket server;
    private InstanceState state = InstanceState.RUNNING;
    private String detail = "";

    FakeProcess(InstanceSpec labels, Consumer<FakeProcess> onExit) {
        this.labels = labels;
        this.onExit = onExit;
    }

    void run() {
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = labels.application().command();
        if (command.get(0).equals("exit")) {
            exit(Integer.parseInt(command.get(1)), command.get(2));
        } else {
            daemon(this::accept);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fake-process");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // the process has ended
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String path = in.readLine().split(" ")[1];
            awaitThaw();
            if (path.startsWith("/exit/")) {
                exit(Integer.parseInt(path.substring(6)), "");
                return;
            }
            String head = "HTTP/1.0 200 OK\r\n\r\n";
            socket.getOutputStream().write((head + body(path)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            // the caller or the process has gone
        } finally {
            open.remove(socket);
        }
    }

    private String body(String path) {
        return switch (path) {
            case "/env" ->
                labels.application().env().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining());
            case "/args" -> String.join("\n", labels.application().command()) + "\n";
            default -> "hello\n";
        };
    }

    private synchronized void awaitThaw() {
        try {
            while (state == InstanceState.PAUSED) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP and SIGCONT. */
    synchronized void freeze(boolean frozen) {
        if (state != InstanceState.EXITED) {
            state = frozen ? InstanceState.PAUSED : InstanceState.RUNNING;
            notifyAll();
        }
    }

    /** SIGTERM. */
    void terminate() {
        if (!labels.application().command().get(0).equals("serve-ignoring-term")) {
            exit(143, "");
        }
    }

    void exit(int code, String lastWords) {
        synchronized (this) {
            if (state == InstanceState.EXITED) {
                return;
            }
            state = InstanceState.EXITED;
            detail = "exit code " + code + ": " + lastWords;
            notifyAll();
        }
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        onExit.accept(this);
    }

    synchronized DriverInstance instance() {
        return new DriverInstance(
                labels.appInstanceId(),
                labels.application().appId(),
                labels.popId(),
                labels.generation(),
                state,
                Optional.of(new Endpoint("127.0.0.1", server.getLocalPort())),
                createdAt,
                detail);
    }
}
