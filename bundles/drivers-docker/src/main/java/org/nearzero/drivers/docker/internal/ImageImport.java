package org.nearzero.drivers.docker.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.model.Artefact;
import org.nearzero.drivers.docker.core.ImageReference;
import org.nearzero.drivers.docker.core.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts images together from another engine's parts. The engine gets them without a name first; only when it has the image of that
 * very configuration is the name given to it, so that whatever fails before leaves the name as it was.
 */
final class ImageImport {
    private static final Logger LOG = LoggerFactory.getLogger(ImageImport.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_CONFIG = 8 * 1024 * 1024;

    private final Engine engine;
    private final Images images;

    ImageImport(Engine engine, Images images) {
        this.engine = engine;
        this.images = images;
    }

    CompletableFuture<Set<String>> missing(ImageManifest manifest) {
        return engine.call(
                "image=" + manifest.config().digest() + ": look for its parts",
                client -> LayerChains.missing(client, manifest));
    }

    CompletableFuture<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory) {
        Optional<ImageReference> reference = ImageReference.parse(artefact.imagePath());
        if (reference.isEmpty()) {
            return CompletableFuture.failedFuture(Images.foreign(artefact));
        }
        String what = "image=" + artefact.imagePath() + ": import";
        One one = new One(artefact, reference.get(), manifest, new ImageFiles(what, directory));
        return engine.transfer(what, client -> {
            one.into(client);
            return null;
        });
    }

    /** One import. */
    private final class One {
        private final Artefact artefact;
        private final ImageReference reference;
        private final ImageManifest manifest;
        private final ImageFiles files;
        private final String id;

        One(Artefact artefact, ImageReference reference, ImageManifest manifest, ImageFiles files) {
            this.artefact = artefact;
            this.reference = reference;
            this.manifest = manifest;
            this.files = files;
            this.id = manifest.config().digest();
        }

        void into(DockerClient client) {
            Optional<Images.Image> named = Images.find(client, artefact.imagePath());
            if (named.isPresent() && named.get().id().equals(id)) {
                Images.check(artefact, named.get());
                return;
            }
            boolean fixed = !reference.digest().isEmpty();
            if (named.isPresent() && fixed
                    || reference.isId() && !reference.digest().equals(id)) {
                throw invalid("the parts are those of another image, " + id
                        + named.map(other -> "; here it is " + other.id()).orElse("")
                        + " (fetch the parts of what was ordered)");
            }
            Optional<Images.Image> nameless = Images.inspect(client, id);
            checkSum(nameless);
            if (nameless.isEmpty()) {
                load(client);
            }
            ImageReference held = reference.held();
            try {
                client.tagImageCmd(id, held.name(), held.tag()).exec();
            } catch (NotFoundException e) {
                throw new DriverException(
                        Code.INTERNAL, files.what() + ": the engine had the image, and it was removed meanwhile", e);
            } finally {
                images.forget();
            }
            LOG.info("imported image={} id={} as={}", artefact.imagePath(), id, held);
        }

        private void checkSum(Optional<Images.Image> nameless) {
            String wanted = artefact.checksum();
            if (wanted.isEmpty() || wanted.equals(id) || wanted.equals(reference.digest())) {
                return;
            }
            if (nameless.isEmpty()) {
                throw invalid("its id is " + id + ", expected: " + wanted
                        + " (fix artefact.checksum; if that is a registry's digest, only an engine that pulled it there knows:"
                        + " order it as " + reference.name() + "@" + wanted + ", or use the id)");
            }
            Images.check(artefact, nameless.get());
        }

        private void load(DockerClient client) {
            Set<String> there = files.checked(manifest);
            List<String> layers = layers(there);
            need(there, LayerChains.held(client, layers));
            ImageArchive archive = new ImageArchive(files, manifest, there);
            try {
                Load.into(client, archive);
            } catch (Load.Refused e) {
                throw refused(e.getMessage(), there, e);
            } catch (RuntimeException e) {
                Throwable cause = EngineErrors.unwrap(e);
                if (cause instanceof DockerException answer) {
                    throw refused(EngineErrors.words(answer), there, answer);
                }
                throw archive.failure().orElseGet(() -> brokenOff(client, cause));
            }
            if (Images.inspect(client, id).isEmpty()) {
                throw invalid("the engine took the parts, and has no image " + id);
            }
        }

        /** An engine that has no room left for the archive hangs up while it is sent, and can be talked to as before. */
        private DriverException brokenOff(DockerClient client, Throwable cause) {
            if (!(cause instanceof IOException)) {
                return engine.errors().of(files.what(), cause);
            }
            client.pingCmd().exec();
            return new DriverException(
                    Code.INTERNAL,
                    files.what() + ": the engine broke it off: " + EngineErrors.reason(cause)
                            + " (its log says why; it may have no room for the image)",
                    cause);
        }

        /** The layers as the engine will call them, from the configuration. */
        private List<String> layers(Set<String> there) {
            Part config = manifest.config();
            if (!there.contains(config.digest())) {
                throw files.invalid(config, "is needed and is not there");
            }
            if (config.bytes() > LARGEST_CONFIG) {
                throw files.invalid(config, "has " + config.bytes() + " bytes, expected: at most " + LARGEST_CONFIG);
            }
            List<String> layers = new ArrayList<>();
            try {
                JsonNode ids = JSON.readTree(Files.readAllBytes(files.of(config)))
                        .path("rootfs")
                        .path("diff_ids");
                ids.forEach(each -> layers.add(each.asText()));
            } catch (JsonProcessingException e) {
                throw files.invalid(config, "is no image's configuration: " + e.getOriginalMessage());
            } catch (IOException e) {
                throw files.unreadable(config, e);
            }
            if (layers.size() != manifest.layers().size()) {
                throw files.invalid(
                        config,
                        "has " + layers.size() + " layers, expected: "
                                + manifest.layers().size());
            }
            return layers;
        }

        private void need(Set<String> there, int held) {
            for (Part layer : manifest.layers().subList(held, manifest.layers().size())) {
                if (!there.contains(layer.digest())) {
                    throw files.invalid(layer, "is needed and is not there");
                }
            }
        }

        /** What the engine's words mean; those that are not known end as {@code INTERNAL}, which is retried. */
        private DriverException refused(String words, Set<String> there, Throwable cause) {
            for (Part part : manifest.parts()) {
                if (!there.contains(part.digest()) && words.contains(part.fileName())) {
                    return files.invalid(part, "was on the engine, and has gone meanwhile");
                }
            }
            Code code = Refusal.of(500, words).code();
            boolean content = words.contains("invalid") || words.contains("unexpected EOF");
            return new DriverException(
                    code != Code.INTERNAL || !content ? code : Code.IMAGE_INVALID,
                    files.what() + ": the engine does not take it: " + words,
                    cause);
        }

        private DriverException invalid(String why) {
            return new DriverException(Code.IMAGE_INVALID, files.what() + ": " + why);
        }
    }
}
