package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Collects the last lines that a container wrote. What cannot be had is left out: it must not hide how the container ended. */
final class LastOutput implements ResultCallback<Frame> {
    private static final int LINES = 5;
    private static final int MAX_BYTES = 64 * 1024;
    private static final long PATIENCE_MILLIS = 2_000;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);

    private LastOutput() {}

    /** The last lines of standard output and error, oldest first; waits at most two seconds for them. */
    static List<String> of(DockerClient client, String containerId) {
        LastOutput collector = new LastOutput();
        try {
            client.logContainerCmd(containerId)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTail(LINES)
                    .exec(collector);
            collector.ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return collector.lines();
    }

    private synchronized List<String> lines() {
        return output.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Override
    public void onStart(Closeable stream) {}

    @Override
    public synchronized void onNext(Frame frame) {
        byte[] payload = frame.getPayload();
        output.write(payload, 0, Math.min(payload.length, Math.max(0, MAX_BYTES - output.size())));
    }

    @Override
    public void onError(Throwable problem) {
        ended.countDown();
    }

    @Override
    public void onComplete() {
        ended.countDown();
    }

    @Override
    public void close() {}
}
