package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** An engine that has images and starts nothing. Its images are lists of layers; the config is their digests in text. */
final class FakeImageDriver implements ContainerDriver, SupportsPrePull, SupportsImageTransfer {
    private final Map<String, List<byte[]>> images = new HashMap<>();
    private final Set<String> imported = new HashSet<>();
    private boolean lies;

    /** Has an image. */
    synchronized void has(String imagePath, byte[]... layers) {
        images.put(imagePath, List.of(layers));
    }

    /** From now on the last byte of each part that it exports is not what it announces. */
    synchronized void lie() {
        lies = true;
    }

    /** Which layers came in from elsewhere. */
    synchronized Set<String> imported() {
        return Set.copyOf(imported);
    }

    synchronized boolean holds(String imagePath) {
        return images.containsKey(imagePath);
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] config(List<byte[]> layers) {
        return layers.stream()
                .map(FakeImageDriver::digest)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized CompletionStage<Void> prePull(Artefact artefact) {
        return images.containsKey(artefact.imagePath()) ? CompletableFuture.completedFuture(null) : missing(artefact);
    }

    private static <T> CompletionStage<T> missing(Artefact artefact) {
        return CompletableFuture.failedFuture(new DriverException(
                DriverException.Code.IMAGE_NOT_FOUND, "image " + artefact.imagePath() + " is not on the engine"));
    }

    @Override
    public synchronized CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
        List<byte[]> layers = images.get(artefact.imagePath());
        if (layers == null) {
            return missing(artefact);
        }
        List<byte[]> contents = new ArrayList<>(layers);
        contents.add(config(layers));
        List<Part> parts =
                contents.stream().map(content -> write(content, directory)).toList();
        return CompletableFuture.completedFuture(
                new ImageManifest(parts.get(layers.size()), parts.subList(0, layers.size())));
    }

    private Part write(byte[] content, Path directory) {
        Part part = new Part(digest(content), content.length);
        byte[] written = content.clone();
        if (lies) {
            written[written.length - 1]++;
        }
        try {
            Files.write(directory.resolve(part.fileName()), written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return part;
    }

    @Override
    public synchronized CompletionStage<Set<String>> missingParts(ImageManifest manifest) {
        Set<String> here = images.values().stream()
                .flatMap(List::stream)
                .map(FakeImageDriver::digest)
                .collect(Collectors.toSet());
        return CompletableFuture.completedFuture(manifest.parts().stream()
                .map(Part::digest)
                .filter(digest -> !here.contains(digest))
                .collect(Collectors.toSet()));
    }

    @Override
    public synchronized CompletionStage<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory) {
        Map<String, byte[]> here = images.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(FakeImageDriver::digest, layer -> layer, (one, same) -> one));
        List<byte[]> layers = new ArrayList<>();
        for (Part part : manifest.layers()) {
            byte[] known = here.get(part.digest());
            if (known == null) {
                known = read(directory.resolve(part.fileName()));
                imported.add(part.digest());
            }
            layers.add(known);
        }
        images.put(artefact.imagePath(), layers);
        return CompletableFuture.completedFuture(null);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A layer of random-looking bytes, the same for the same seed. */
    static byte[] layer(int seed, int bytes) {
        byte[] content = new byte[bytes];
        new java.util.Random(seed).nextBytes(content);
        return content;
    }

    static byte[][] layers(int count, int bytes) {
        return IntStream.range(0, count).mapToObj(seed -> layer(seed, bytes)).toArray(byte[][]::new);
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public boolean accepts(Application application) {
        return true;
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        throw new UnsupportedOperationException("it starts nothing");
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        throw new UnsupportedOperationException("it starts nothing");
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        return () -> {};
    }
}
