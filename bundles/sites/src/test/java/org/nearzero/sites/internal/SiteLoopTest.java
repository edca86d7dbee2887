package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.store.Store;
import org.nearzero.api.time.SteadyClock;
import org.nearzero.sites.core.Effect;
import org.nearzero.sites.core.SiteEvent;

/** What is decided is on the disk before anybody sees it. */
class SiteLoopTest {
    private static final SitesSettings SETTINGS =
            SitesSettings.of(new PopId("hub"), new ZoneId("zone-1"), List.of(new Endpoint("hub.example", 7443)));

    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final MemoryStore disk = new MemoryStore();
    private final Semaphore writes = new Semaphore(1_000);
    private final AtomicInteger operatorAllows = new AtomicInteger(Integer.MAX_VALUE);
    private SiteLoop loop;

    /** Tells of each write once it is made, and makes it only when it may. */
    private final Store store = new Store() {
        @Override
        public Map<String, byte[]> read(String table) {
            return disk.read(table);
        }

        @Override
        public void write(List<Change> changes) {
            writes.acquireUninterruptibly();
            disk.write(changes);
            happened.add("write");
        }
    };

    @BeforeEach
    void start() {
        loop = new SiteLoop(SETTINGS, store, operatorAllows::get, SteadyClock.ofThisProcess(), new SiteLoop.Outcome() {
            @Override
            public void carryOut(Effect effect) {
                happened.add(effect.getClass().getSimpleName());
            }

            @Override
            public void lost() {
                happened.add("lost");
            }

            @Override
            public void up() {
                happened.add("up");
            }
        });
        loop.start();
        until("up");
        happened.clear();
    }

    @AfterEach
    void stop() {
        writes.release(1_000);
        loop.close();
    }

    private void until(String what) {
        await().atMost(Duration.ofSeconds(60)).until(() -> happened.contains(what));
    }

    private CompletableFuture<Boolean> apply(String name) {
        return loop.call(
                (site, now) -> site.on(new SiteEvent.Apply(Applications.moving(name)), now),
                site -> site.deployment(new AppId(name)).isPresent());
    }

    @Test
    void nothingIsCarriedOutBeforeItIsWritten() {
        assertTrue(apply("shop").orTimeout(60, TimeUnit.SECONDS).join());

        assertEquals("write", happened.get(0), happened.toString());
        assertTrue(happened.contains("Place"), happened.toString());
    }

    @Test
    void nobodyIsAnsweredBeforeItIsWritten() {
        writes.drainPermits();
        CompletableFuture<Boolean> answer = apply("shop");
        await().atMost(Duration.ofSeconds(60)).until(writes::hasQueuedThreads);

        assertFalse(answer.isDone());
        assertEquals(List.of(), happened);

        writes.release(1_000);
        assertTrue(answer.orTimeout(60, TimeUnit.SECONDS).join());
    }

    @Test
    void whatWaitsTogetherIsWrittenTogether() {
        writes.drainPermits();
        CompletableFuture<Boolean> first = apply("first");
        await().atMost(Duration.ofSeconds(60)).until(writes::hasQueuedThreads);
        List<CompletableFuture<Boolean>> others =
                IntStream.range(0, 20).mapToObj(i -> apply("app-" + i)).toList();

        writes.release(1_000);

        assertTrue(first.orTimeout(60, TimeUnit.SECONDS).join());
        others.forEach(other -> assertTrue(other.orTimeout(60, TimeUnit.SECONDS).join()));
        assertEquals(2, happened.stream().filter("write"::equals).count(), happened.toString());
    }

    @Test
    void aWriteThatFailsMakesTheSiteAnewFromWhatIsThere() {
        assertTrue(apply("shop").orTimeout(60, TimeUnit.SECONDS).join());
        happened.clear();
        disk.full(true);

        assertUnavailable("no space left", apply("blog"));

        assertEquals(List.of("lost"), happened);
        disk.full(false);
        until("up");
        assertTrue(apply("shop").orTimeout(60, TimeUnit.SECONDS).join());
        assertEquals(
                List.of("shop"),
                loop.look(site -> site.deployments().stream()
                                .map(deployment ->
                                        deployment.application().appId().value())
                                .toList())
                        .orElseThrow());
    }

    @Test
    void nothingIsDecidedWhileThereIsNoSite() {
        disk.full(true);
        assertUnavailable("no space left", apply("shop"));

        assertUnavailable("no space left", apply("shop"));
    }

    @Test
    void whoeverAsksAfterItsEndIsAnswered() {
        loop.close();

        assertUnavailable("it is shutting down", apply("shop"));
    }

    private static void assertUnavailable(String why, CompletableFuture<?> answer) {
        CompletionException failed =
                assertThrows(CompletionException.class, () -> answer.orTimeout(60, TimeUnit.SECONDS)
                        .join());
        RefusedException refused = (RefusedException) failed.getCause();
        assertEquals(RefusedException.Code.UNAVAILABLE, refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
