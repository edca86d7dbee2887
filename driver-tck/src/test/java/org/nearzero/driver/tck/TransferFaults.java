package org.nearzero.driver.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.model.Artefact;

/** Drivers that move images in a wrong way each. */
final class TransferFaults {
    private TransferFaults() {}

    /** Something that is done in a directory. */
    @FunctionalInterface
    private interface Work<T> {
        T in(Path directory) throws IOException;
    }

    private static <T> T done(Path directory, Work<T> work) {
        try {
            return work.in(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> CompletionStage<T> failed(Code code, String message) {
        return CompletableFuture.failedFuture(new DriverException(code, message));
    }

    /** A driver that does something with what was exported. */
    private static Faults.Fault exportFault(String rule, String name, Work<ImageManifest> instead) {
        return new Faults.Fault(rule, name, (right, engine) -> new ForwardingDriver(right, engine) {
            @Override
            public CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
                return super.exportImage(artefact, directory).thenApply(manifest -> {
                    ImageManifest other = done(directory, instead);
                    return other == null ? manifest : other;
                });
            }
        });
    }

    /** A driver that takes whatever it is given. */
    private static CompletionStage<Void> taken(FakeEngine engine, Artefact artefact, ImageManifest manifest) {
        Map<String, byte[]> content = new HashMap<>();
        manifest.parts().forEach(part -> content.put(part.digest(), new byte[0]));
        engine.images.put(artefact.imagePath(), new FakeImage(manifest, content));
        return CompletableFuture.completedFuture(null);
    }

    private static boolean isThere(Part part, Path directory) {
        return Files.exists(directory.resolve(part.fileName()));
    }

    static List<Faults.Fault> all() {
        return Stream.of(exports(), imports()).flatMap(List::stream).toList();
    }

    private static List<Faults.Fault> exports() {
        return List.of(
                exportFault("TRANSFER-1", "leaves what is no part lying about", directory -> {
                    Files.writeString(directory.resolve("VERSION"), "1.0");
                    return null;
                }),
                exportFault("TRANSFER-1", "cuts its parts short", directory -> {
                    try (Stream<Path> files = Files.list(directory)) {
                        Files.write(files.findFirst().orElseThrow(), new byte[1]);
                    }
                    return null;
                }),
                exportFault("TRANSFER-2", "writes the time into the config", directory -> {
                    FakeImage stamped = FakeImage.of("config of " + System.nanoTime(), "lower");
                    for (var part : stamped.content().entrySet()) {
                        Files.write(directory.resolve(part.getKey().substring(7)), part.getValue());
                    }
                    return stamped.manifest();
                }),
                new Faults.Fault(
                        "TRANSFER-3",
                        "exports nothing of what is not there",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
                                return engine.images.containsKey(artefact.imagePath())
                                        ? super.exportImage(artefact, directory)
                                        : CompletableFuture.completedFuture(
                                                FakeImage.of("nothing").manifest());
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-3",
                        "exports without a look at the checksum",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
                                return super.exportImage(new Artefact(artefact.imagePath()), directory);
                            }
                        }));
    }

    private static List<Faults.Fault> imports() {
        return List.of(
                new Faults.Fault(
                        "TRANSFER-4", "imports nothing", (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Void> importImage(
                                    Artefact artefact, ImageManifest manifest, Path directory) {
                                return CompletableFuture.completedFuture(null);
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-4",
                        "calls parts present that are not",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Set<String>> missingParts(ImageManifest manifest) {
                                return CompletableFuture.completedFuture(Set.of());
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-5",
                        "wants every part of what it has",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Void> importImage(
                                    Artefact artefact, ImageManifest manifest, Path directory) {
                                return manifest.parts().stream().allMatch(part -> isThere(part, directory))
                                        ? super.importImage(artefact, manifest, directory)
                                        : failed(Code.IMAGE_INVALID, "a part is not there");
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-6",
                        "takes any content for a part's",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Void> importImage(
                                    Artefact artefact, ImageManifest manifest, Path directory) {
                                return artefact.checksum().isEmpty() && isThere(manifest.config(), directory)
                                        ? taken(engine, artefact, manifest)
                                        : super.importImage(artefact, manifest, directory);
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-6",
                        "gives the name to what it then refuses",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Void> importImage(
                                    Artefact artefact, ImageManifest manifest, Path directory) {
                                return super.importImage(artefact, manifest, directory)
                                        .exceptionallyCompose(problem -> {
                                            taken(engine, artefact, manifest);
                                            return CompletableFuture.failedFuture(problem);
                                        });
                            }
                        }),
                new Faults.Fault(
                        "TRANSFER-6",
                        "imports without a look at the checksum",
                        (right, engine) -> new ForwardingDriver(right, engine) {
                            @Override
                            public CompletionStage<Void> importImage(
                                    Artefact artefact, ImageManifest manifest, Path directory) {
                                return super.importImage(new Artefact(artefact.imagePath()), manifest, directory);
                            }
                        }));
    }
}
