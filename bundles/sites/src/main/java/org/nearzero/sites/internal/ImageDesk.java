package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.orchestrator.RefusedException.Code;
import org.nearzero.api.sites.PeerService.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives other sites the images of the applications that have their homebase here, and no others. An image is laid out as files when it is
 * first asked for; they go when nobody has asked for a while. Any thread.
 */
final class ImageDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ImageDesk.class);
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final PopId self;
    private final SiteLoop loop;
    private final DriverChoice drivers;
    private final Optional<Spool> spool;
    private final Executor threads;
    private final Map<Artefact, Export> exports = new HashMap<>(); // guarded by this

    /** @param spool where images are laid out; empty: this site gives none */
    ImageDesk(PopId self, SiteLoop loop, DriverChoice drivers, Optional<Spool> spool, Executor threads) {
        this.self = self;
        this.loop = loop;
        this.drivers = drivers;
        this.spool = spool;
        this.threads = threads;
    }

    /** An image as files. */
    private static final class Export {
        private final Path directory;
        private final CompletableFuture<ImageManifest> manifest;
        private long used = System.nanoTime();

        Export(Path directory, CompletableFuture<ImageManifest> manifest) {
            this.directory = directory;
            this.manifest = manifest;
        }
    }

    /** What an image consists of. */
    CompletableFuture<Answer> image(byte[] body) {
        Wire.Image request = Json.read(body, Wire.Image.class);
        return allowed(request.appId(), request.artefact())
                .thenComposeAsync(application -> export(application).manifest, threads)
                .thenApply(manifest -> new Answer(200, Json.write(manifest)));
    }

    /** Some of one of its parts. */
    CompletableFuture<Answer> piece(byte[] body) {
        Wire.ImagePiece request = Json.read(body, Wire.ImagePiece.class);
        return allowed(request.appId(), request.artefact())
                .thenComposeAsync(
                        application -> {
                            Export export = export(application);
                            return export.manifest.thenApplyAsync(
                                    manifest -> new Answer(
                                            200,
                                            "application/octet-stream",
                                            read(export.directory, part(manifest, request), request)),
                                    threads);
                        },
                        threads);
    }

    private CompletableFuture<Application> allowed(AppId appId, Artefact artefact) {
        return loop.call((site, now) -> List.of(), site -> site.homedHere(appId))
                .thenApply(homed -> {
                    Application application = homed.orElseThrow(() -> new RefusedException(
                            Code.NOT_FOUND, "app=" + appId + " pop=" + self + ": is not its homebase"));
                    if (!application.artefact().equals(artefact)) {
                        throw new RefusedException(
                                Code.NOT_FOUND,
                                "app=" + appId + " pop=" + self + ": it is made from "
                                        + application.artefact().imagePath() + " now, not from "
                                        + artefact.imagePath() + " (the newer version is on its way)");
                    }
                    return application;
                });
    }

    private Export export(Application application) {
        Artefact artefact = application.artefact();
        synchronized (this) {
            Export known = exports.get(artefact);
            if (known != null) {
                known.used = System.nanoTime();
                return known;
            }
        }
        SupportsImageTransfer driver = driver(application);
        Path directory = spool.orElseThrow(() -> new RefusedException(
                        Code.FAILED_PRECONDITION,
                        "pop=" + self + ": gives no images (set imageDirectory, or use a registry)"))
                .newExport();
        Export mine;
        synchronized (this) {
            Export first = exports.get(artefact);
            if (first != null) {
                Spool.delete(directory);
                return first;
            }
            mine = new Export(directory, new CompletableFuture<>());
            exports.put(artefact, mine);
        }
        LOG.info("event=image-laid-out app={} image={}", application.appId(), artefact.imagePath());
        CompletableFuture.completedFuture(null)
                .thenCompose(nothing -> driver.exportImage(artefact, directory))
                .whenComplete((manifest, failure) -> {
                    if (failure == null) {
                        mine.manifest.complete(manifest);
                        loop.later(KEPT, () -> threads.execute(() -> sweep(artefact, mine)));
                    } else {
                        give(artefact, mine);
                        mine.manifest.completeExceptionally(unavailable(application, failure));
                    }
                });
        return mine;
    }

    private SupportsImageTransfer driver(Application application) {
        Optional<ContainerDriver> driver = drivers.of(application);
        if (driver.isPresent() && driver.get() instanceof SupportsImageTransfer transfer) {
            return transfer;
        }
        throw new RefusedException(
                Code.FAILED_PRECONDITION,
                "app=" + application.appId() + " pop=" + self + ": "
                        + driver.map(chosen -> "driver " + chosen.name()).orElse("no driver")
                        + " hands images to other sites (use a registry that each site reaches)");
    }

    private RefusedException unavailable(Application application, Throwable failure) {
        return new RefusedException(
                Code.UNAVAILABLE,
                "app=" + application.appId() + " pop=" + self + ": its image is not to be had: "
                        + Reasons.of(Reasons.unwrapped(failure)));
    }

    private void sweep(Artefact artefact, Export export) {
        long idle;
        synchronized (this) {
            idle = System.nanoTime() - export.used;
        }
        if (idle >= KEPT.toNanos()) {
            give(artefact, export);
        } else {
            loop.later(KEPT.minusNanos(idle), () -> threads.execute(() -> sweep(artefact, export)));
        }
    }

    private void give(Artefact artefact, Export export) {
        synchronized (this) {
            exports.remove(artefact, export);
        }
        Spool.delete(export.directory);
    }

    private ImageManifest.Part part(ImageManifest manifest, Wire.ImagePiece request) {
        return manifest.parts().stream()
                .filter(part -> part.digest().equals(request.digest()))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        Code.NOT_FOUND,
                        "app=" + request.appId() + " pop=" + self + ": its image has no part " + request.digest()
                                + " (it was made anew meanwhile: ask for what it consists of again)"));
    }

    private static byte[] read(Path directory, ImageManifest.Part part, Wire.ImagePiece request) {
        long rest = Math.max(0, part.bytes() - request.offset());
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(rest, request.bytes()));
        try (FileChannel file = FileChannel.open(directory.resolve(part.fileName()), StandardOpenOption.READ)) {
            while (piece.hasRemaining() && file.read(piece, request.offset() + piece.position()) >= 0) {
                // On to the rest of it.
            }
        } catch (IOException e) {
            throw new UncheckedIOException("part " + part.digest() + ": " + e.getMessage(), e);
        }
        if (piece.hasRemaining()) {
            throw new UncheckedIOException(new IOException("part " + part.digest() + " is shorter than it was"));
        }
        return piece.array();
    }
}
