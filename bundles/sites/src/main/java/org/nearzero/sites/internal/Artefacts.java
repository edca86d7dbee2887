package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.orchestrator.RefusedException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that what an application is made from is here before it is to be served here: pulled by the driver, else brought from the
 * engine of its homebase, part by part. What has come of an image is kept, and gone on with when it is wanted again. Any thread.
 */
final class Artefacts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Artefacts.class);

    /** Images at once; others wait, since they share one line. */
    private static final int AT_ONCE = 2;

    /** Until the homebase has laid the image out as files. */
    private static final Duration LAID_OUT = Duration.ofMinutes(5);

    private static final Duration PIECE = Duration.ofSeconds(20);

    /** A driver has deadlines of its own; this is for one that forgets about a call. */
    private static final Duration DRIVER = Duration.ofMinutes(30);

    private static final int ATTEMPTS = 5;

    private final DriverChoice drivers;
    private final Questions questions;
    private final Optional<Spool> spool;
    private final Executor slow;
    private final ExecutorService threads = Threads.few("nearzero-sites-images", AT_ONCE);
    private final Map<Artefact, CompletableFuture<Void>> underWay = new HashMap<>(); // guarded by this

    /**
     * @param spool where images lie while they come; empty: none does
     * @param slow where drivers are asked, which must not block and may
     */
    Artefacts(DriverChoice drivers, Questions questions, Optional<Spool> spool, Executor slow) {
        this.drivers = drivers;
        this.questions = questions;
        this.spool = spool;
        this.slow = slow;
    }

    /**
     * Brings what an application is made from, unless it is here. Fails with {@link RefusedException} whose message says what was tried.
     * What no driver here can bring is left to the orchestrator to refuse, in its words.
     */
    CompletableFuture<Void> bring(Application application, PopId homebase) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<Void> before = underWay.putIfAbsent(application.artefact(), mine);
            if (before != null) {
                return before;
            }
        }
        CompletableFuture.supplyAsync(() -> drivers.of(application), slow)
                .thenCompose(driver -> driver.map(chosen -> bring(application, homebase, chosen))
                        .orElseGet(() -> CompletableFuture.completedFuture(null)))
                .whenComplete((done, failure) -> {
                    synchronized (this) {
                        underWay.remove(application.artefact(), mine);
                    }
                    if (failure == null) {
                        mine.complete(null);
                    } else {
                        mine.completeExceptionally(Reasons.unwrapped(failure));
                    }
                });
        return mine;
    }

    private CompletableFuture<Void> bring(Application application, PopId homebase, ContainerDriver driver) {
        if (!(driver instanceof SupportsPrePull pulling)) {
            return CompletableFuture.completedFuture(null);
        }
        return pulling.prePull(application.artefact())
                .toCompletableFuture()
                .orTimeout(DRIVER.toMillis(), TimeUnit.MILLISECONDS)
                .handle((pulled, failure) -> failure)
                .thenComposeAsync(
                        failure -> {
                            if (!isMissing(failure)
                                    || spool.isEmpty()
                                    || !(driver instanceof SupportsImageTransfer transfer)) {
                                return CompletableFuture.completedFuture(null); // the orchestrator says what is wrong
                            }
                            return CompletableFuture.runAsync(
                                    () -> transfer(application, homebase, transfer, Reasons.unwrapped(failure)),
                                    threads);
                        },
                        slow);
    }

    private static boolean isMissing(Throwable failure) {
        return failure != null
                && Reasons.unwrapped(failure) instanceof DriverException refused
                && refused.code() == DriverException.Code.IMAGE_NOT_FOUND;
    }

    private void transfer(Application application, PopId homebase, SupportsImageTransfer driver, Throwable pull) {
        try {
            transfer(application, homebase, driver);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Code.UNAVAILABLE, "this site is shutting down");
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            String why = Reasons.of(Reasons.unwrapped(e));
            LOG.warn(
                    "event=image-not-brought app={} image={} from={} reason=\"{}\"",
                    application.appId(),
                    application.artefact().imagePath(),
                    homebase,
                    why);
            throw new RefusedException(
                    Code.UNAVAILABLE, Reasons.of(pull) + "; nor could it be brought from " + homebase + ": " + why);
        }
    }

    private void transfer(Application application, PopId homebase, SupportsImageTransfer driver)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        long began = System.nanoTime();
        Artefact artefact = application.artefact();
        ImageManifest manifest = Json.read(
                questions
                        .ask(
                                homebase,
                                PeerPaths.IMAGE,
                                Json.write(new Wire.Image(application.appId(), artefact)),
                                LAID_OUT)
                        .get(),
                ImageManifest.class);
        Set<String> missing = done(driver.missingParts(manifest));
        List<Part> parts = manifest.parts().stream()
                .filter(part -> missing.contains(part.digest()))
                .distinct()
                .toList();
        Path directory = spool.orElseThrow().importOf(manifest.config().fileName());
        requireRoom(directory, parts);
        PartFetch.Source source = (digest, offset, bytes) -> questions.ask(
                homebase,
                PeerPaths.IMAGE_PART,
                Json.write(new Wire.ImagePiece(application.appId(), artefact, digest, offset, bytes)),
                PIECE);
        long came = 0;
        for (Part part : parts) {
            came += fetch(part, source, directory);
        }
        done(driver.importImage(artefact, manifest, directory));
        Spool.delete(directory);
        LOG.info(
                "event=image-brought app={} image={} from={} parts={} of={} bytes={} millis={}",
                application.appId(),
                artefact.imagePath(),
                homebase,
                parts.size(),
                manifest.parts().size(),
                came,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    /** A line that breaks is tried again for a little while; what came before is not asked for again. */
    private static long fetch(Part part, PartFetch.Source source, Path directory)
            throws IOException, InterruptedException, ExecutionException {
        long before = PartFetch.present(part, directory);
        for (int attempt = 1; ; attempt++) {
            try {
                new PartFetch(part, source, directory).fetch();
                return part.bytes() - before;
            } catch (ExecutionException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1L << attempt - 1);
            }
        }
    }

    /** Twice: as parts here, and in the engine's own store, which may be on the same disk. */
    private static void requireRoom(Path directory, List<Part> parts) throws IOException {
        long needed = 0;
        for (Part part : parts) {
            needed += 2 * part.bytes() - PartFetch.present(part, directory);
        }
        long free = Files.getFileStore(directory).getUsableSpace();
        if (needed > free) {
            throw new IOException("no room at " + directory + ": " + needed + " bytes are needed, " + free
                    + " are free (make room, or set another imageDirectory)");
        }
    }

    private static <T> T done(CompletionStage<T> stage)
            throws ExecutionException, InterruptedException, TimeoutException {
        return stage.toCompletableFuture().get(DRIVER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is under way ends soon, and is gone on with by the next process. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
