package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.DockerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;

/** Threads and limits in time; nobody is at the other end of the socket. */
class EngineTest {
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> silences = new ArrayList<>();
    private Engine engine = engine(Duration.ofMinutes(5));

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void imagesThatMoveHoldNoCallUp() throws Exception {
        List<CompletableFuture<String>> moving = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            moving.add(engine.transfer("image=x: export", untilTheEnd()));
        }
        assertEquals("done", Orders.done(engine.call("list", client -> "done")));
        assertFalse(moving.stream().anyMatch(CompletableFuture::isDone));
        end.countDown();
        for (CompletableFuture<String> each : moving) {
            assertEquals("moved", Orders.done(each));
        }
    }

    @Test
    void aMoveThatTakesTooLongIsEndedAndCastsNoDoubtOnTheEngine() throws Exception {
        engine.close();
        engine = engine(Duration.ofSeconds(1));
        DriverException late = Orders.refused(engine.transfer("image=x: export", untilTheEnd()));
        assertEquals(Code.INTERNAL, late.code());
        assertTrue(
                late.getMessage().contains("image=x: export: took longer than 1 s (raise pullTimeoutMs)"),
                late.getMessage());
        assertEquals(List.of(), silences);
        assertEquals("done", Orders.done(engine.transfer("image=y: export", client -> "done")));
    }

    @Test
    void aClosedEngineEndsWhatMovesAndWhatWaits() {
        List<CompletableFuture<String>> moving = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            moving.add(engine.transfer("image=x: export", untilTheEnd()));
        }
        engine.close();
        moving.add(engine.transfer("image=x: export", client -> "moved"));
        moving.forEach(each ->
                assertEquals(Code.ENGINE_UNAVAILABLE, Orders.refused(each).code()));
    }

    private Function<DockerClient, String> untilTheEnd() {
        return client -> {
            try {
                end.await();
                return "moved";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        };
    }

    private Engine engine(Duration pullTimeout) {
        DockerSettings usual = DockerSettings.at("unix:///nowhere/docker.sock");
        Engine made = new Engine(new DockerSettings(
                usual.host(),
                usual.connectTimeout(),
                usual.callTimeout(),
                usual.reconnectMax(),
                usual.maxConcurrentCalls(),
                usual.pull(),
                usual.registryTimeout(),
                pullTimeout,
                usual.user(),
                usual.tmpfsBytes(),
                usual.tmpfsExec(),
                usual.init(),
                usual.network(),
                usual.logBytes()));
        made.onSilence(silences::add);
        return made;
    }
}
