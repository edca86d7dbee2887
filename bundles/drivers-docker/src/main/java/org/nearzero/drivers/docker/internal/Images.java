package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.model.Artefact;
import org.nearzero.drivers.docker.core.ImageReference;

/**
 * The images that the engine holds, pulled where they are missing. What an image's name stands for is remembered while the
 * engine's events are heard, so that a start asks nothing; any event that may change it makes all of it forgotten.
 */
final class Images {
    /**
     * What there is to know about an image.
     *
     * @param id what a container is made from, so that what was checked is what runs
     * @param user as the image has it, empty for none
     * @param volumes the paths that the image declares as volumes
     * @param digests of the registries that it was seen at
     */
    record Image(String id, String user, Set<String> volumes, List<String> digests) {
        private Image knownAs(String digest) {
            return new Image(
                    id,
                    user,
                    volumes,
                    Stream.concat(digests.stream(), Stream.of(digest)).toList());
        }
    }

    private final Engine engine;
    private final DockerSettings settings;
    private final Map<String, Image> known = new ConcurrentHashMap<>();
    /** Counts what makes memory stale. A look that began before must not be remembered after. */
    private final AtomicLong changes = new AtomicLong();

    private final Map<String, CompletableFuture<Void>> pulls = new ConcurrentHashMap<>();
    private volatile boolean remembering;

    Images(Engine engine, DockerSettings settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /** From now on every change of an image is told to {@link #forget}, or no longer. */
    void remember(boolean heard) {
        remembering = heard;
        forget();
    }

    /** An image may have changed. */
    void forget() {
        changes.incrementAndGet();
        known.clear();
    }

    /** The image of an artefact, pulled if need be. Fails with {@code IMAGE_NOT_FOUND} or {@code IMAGE_INVALID}. */
    CompletableFuture<Image> of(Artefact artefact) {
        Image remembered = known.get(artefact.imagePath());
        if (remembered != null) {
            return checked(artefact, remembered);
        }
        Optional<ImageReference> parsed = ImageReference.parse(artefact.imagePath());
        if (parsed.isEmpty()) {
            return CompletableFuture.failedFuture(foreign(artefact));
        }
        return look(artefact.imagePath()).thenCompose(found -> {
            if (found.isPresent()) {
                return checked(artefact, found.get());
            }
            return pull(artefact.imagePath(), parsed.get())
                    .thenCompose(pulled -> look(artefact.imagePath()))
                    .thenCompose(image -> image.isPresent()
                            ? checked(artefact, image.get())
                            : CompletableFuture.failedFuture(
                                    notFound(artefact.imagePath(), "it was pulled, and is gone again")));
        });
    }

    private CompletableFuture<Optional<Image>> look(String imagePath) {
        return engine.call("image=" + imagePath + ": inspect", client -> {
            long before = changes.get();
            Optional<Image> image = find(client, imagePath);
            image.filter(found -> remembering && changes.get() == before)
                    .ifPresent(found -> remember(imagePath, found, before));
            return image;
        });
    }

    private void remember(String imagePath, Image image, long asOf) {
        known.put(imagePath, image);
        if (changes.get() != asOf) {
            known.remove(imagePath);
        }
    }

    /** What the engine has of that name; for a digest that it does not know, what another engine handed over for it. */
    static Optional<Image> find(DockerClient client, String imagePath) {
        return inspect(client, imagePath).or(() -> ImageReference.parse(imagePath)
                .filter(reference -> !reference.isId() && !reference.digest().isEmpty())
                .flatMap(reference -> inspect(client, reference.held().toString())
                        .map(image -> image.knownAs(reference.name() + "@" + reference.digest()))));
    }

    /** What the engine itself has of that name or id. */
    static Optional<Image> inspect(DockerClient client, String imagePath) {
        try {
            InspectImageResponse answer = client.inspectImageCmd(imagePath).exec();
            ContainerConfig config = answer.getConfig();
            String user = config == null || config.getUser() == null ? "" : config.getUser();
            Set<String> volumes = config == null || config.getVolumes() == null
                    ? Set.of()
                    : Set.copyOf(config.getVolumes().keySet());
            List<String> digests = answer.getRepoDigests() == null ? List.of() : List.copyOf(answer.getRepoDigests());
            return Optional.of(new Image(answer.getId(), user, volumes, digests));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static CompletableFuture<Image> checked(Artefact artefact, Image image) {
        try {
            check(artefact, image);
            return CompletableFuture.completedFuture(image);
        } catch (DriverException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @throws DriverException {@code IMAGE_INVALID} if the image has another checksum than was ordered */
    static void check(Artefact artefact, Image image) {
        String wanted = artefact.checksum();
        boolean right = wanted.isEmpty()
                || image.id().equals(wanted)
                || image.digests().stream().anyMatch(digest -> digest.endsWith("@" + wanted));
        if (!right) {
            throw new DriverException(
                    Code.IMAGE_INVALID,
                    "image " + artefact.imagePath() + " is not what was ordered: its id is " + image.id()
                            + " and its digests are " + image.digests() + ", expected: " + wanted
                            + " (fix artefact.checksum, or load the right image)");
        }
    }

    /** One pull for all who want the same at the same time. */
    private CompletableFuture<Void> pull(String imagePath, ImageReference reference) {
        if (reference.isId()) {
            return CompletableFuture.failedFuture(notFound(imagePath, "an id is not to be had from a registry"));
        }
        if (!settings.pull()) {
            return CompletableFuture.failedFuture(notFound(imagePath, "pulling is switched off"));
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> underWay = pulls.putIfAbsent(imagePath, mine);
        if (underWay != null) {
            return underWay;
        }
        new Pull(engine, settings, imagePath, reference).start().whenComplete((done, problem) -> {
            pulls.remove(imagePath, mine);
            if (problem == null) {
                mine.complete(null);
            } else {
                mine.completeExceptionally(EngineErrors.unwrap(problem));
            }
        });
        return mine;
    }

    static DriverException foreign(Artefact artefact) {
        return new DriverException(Code.UNSUPPORTED, artefact.imagePath() + " is not an image reference");
    }

    /** Where it was looked for, why it is not to be had, and what to do. */
    static DriverException notFound(String imagePath, String why) {
        return new DriverException(
                Code.IMAGE_NOT_FOUND,
                "image " + imagePath + " is not on the engine: " + why
                        + " (load it there with `docker load` or `docker pull`," + " or fix appRepo.imagePath)");
    }
}
