package org.nearzero.orchestrator.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.ReadinessPolicy;

/** One endpoint being probed: attempt after attempt. Belongs to the probe's thread. */
final class ProbeTarget {
    /** An attempt follows the one before after this part of the time since the first: a boot is noticed within 1 % of its length. */
    private static final int PART = 100;

    private static final long LONGEST_DELAY_MILLIS = 100;
    private static final long FIRST_TIMEOUT_MILLIS = 1_000;
    private static final long LONGEST_TIMEOUT_MILLIS = 10_000;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})[ \r\n].*", Pattern.DOTALL);

    private enum Stage {
        RESTING,
        CONNECTING,
        ASKING,
        PROVING,
        ENDED
    }

    private final Endpoint endpoint;
    private final String httpPath;
    private final Duration silence;
    private final Selector selector;
    private final Runnable ready;
    private final long begunNanos = System.nanoTime();
    private final ByteBuffer in = ByteBuffer.allocate(64);

    /** When {@link #timeout} is to be called next, in terms of {@link System#nanoTime}. */
    long dueNanos = begunNanos;

    private Stage stage = Stage.RESTING;
    private InetSocketAddress address;
    private SocketChannel channel;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private long timeoutMillis = FIRST_TIMEOUT_MILLIS;

    ProbeTarget(Endpoint endpoint, ReadinessPolicy readiness, Duration silence, Selector selector, Runnable ready) {
        this.endpoint = endpoint;
        this.httpPath = readiness.httpPath();
        this.silence = silence;
        this.selector = selector;
        this.ready = ready;
    }

    boolean alive() {
        return stage != Stage.ENDED;
    }

    /** Begins the first attempt. */
    void begin(InetSocketAddress where) {
        address = where;
        begin();
    }

    private void begin() {
        in.clear();
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            stage = Stage.CONNECTING;
            dueIn(timeoutMillis);
            if (channel.connect(address)) {
                connected();
            } else {
                channel.register(selector, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException | RuntimeException e) {
            retry();
        }
    }

    /** The channel can go on. */
    void progress() {
        try {
            if (stage == Stage.CONNECTING && channel.finishConnect()) {
                connected();
            } else if (stage == Stage.ASKING) {
                ask();
            } else if (stage == Stage.PROVING) {
                if (channel.read(in) < 0) {
                    retry();
                } else if (in.position() > 0) {
                    succeed(); // somebody behind the front has spoken
                }
            }
        } catch (IOException | RuntimeException e) {
            retry();
        }
    }

    /** The due time has come. */
    void timeout() {
        switch (stage) {
            case RESTING -> begin();
            case PROVING -> succeed(); // still open: somebody listens behind the front
            case CONNECTING, ASKING -> {
                timeoutMillis = Math.min(LONGEST_TIMEOUT_MILLIS, timeoutMillis * 2);
                retry();
            }
            case ENDED -> {}
        }
    }

    /** Ends the probe without an answer. */
    void end() {
        stage = Stage.ENDED;
        closeChannel();
    }

    private void connected() throws IOException {
        // A port of the ephemeral range that nobody listens at may be given to this very socket, which then reaches
        // itself.
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            retry();
        } else if (!httpPath.isEmpty()) {
            stage = Stage.ASKING;
            out = request("GET " + httpPath);
            ask();
        } else if (endpoint.fronted()) {
            stage = Stage.PROVING;
            dueIn(silence.toMillis());
            channel.write(request("OPTIONS *")); // a new connection's buffer takes it whole
            channel.register(selector, SelectionKey.OP_READ, this);
        } else {
            succeed();
        }
    }

    private void ask() throws IOException {
        if (out.hasRemaining()) {
            channel.write(out);
        }
        if (out.hasRemaining()) {
            channel.register(selector, SelectionKey.OP_WRITE, this);
            return;
        }
        channel.register(selector, SelectionKey.OP_READ, this);
        int read = channel.read(in);
        Matcher line = STATUS_LINE.matcher(new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1));
        if (line.matches()) {
            int status = Integer.parseInt(line.group(1));
            if (status >= 200 && status < 400) {
                succeed();
            } else {
                retry();
            }
        } else if (read < 0 || !in.hasRemaining()) {
            retry();
        }
    }

    private ByteBuffer request(String what) {
        String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
        String text = what + " HTTP/1.1\r\nHost: " + host + ":" + endpoint.port()
                + "\r\nUser-Agent: nearzero-readiness\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void succeed() {
        end();
        ready.run();
    }

    /** Gives the attempt up; the next one follows after a while, unless the probe has ended. */
    void retry() {
        closeChannel();
        if (stage == Stage.ENDED) {
            return;
        }
        stage = Stage.RESTING;
        dueIn(delayMillis());
    }

    private long delayMillis() {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        return Math.max(1, Math.min(LONGEST_DELAY_MILLIS, elapsed / PART));
    }

    private void dueIn(long millis) {
        dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void closeChannel() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing depends on how it closes.
            }
        }
    }
}
