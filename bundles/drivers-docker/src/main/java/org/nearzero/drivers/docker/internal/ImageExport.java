package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.model.Artefact;
import org.nearzero.drivers.docker.core.ImageReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes images of the engine apart, for another engine. Nothing is pulled for it. */
final class ImageExport {
    private static final Logger LOG = LoggerFactory.getLogger(ImageExport.class);

    private final Engine engine;

    ImageExport(Engine engine) {
        this.engine = engine;
    }

    CompletableFuture<ImageManifest> export(Artefact artefact, Path directory) {
        if (ImageReference.parse(artefact.imagePath()).isEmpty()) {
            return CompletableFuture.failedFuture(Images.foreign(artefact));
        }
        String what = "image=" + artefact.imagePath() + ": export";
        return engine.transfer(what, client -> {
            Images.Image image = Images.find(client, artefact.imagePath())
                    .orElseThrow(() -> Images.notFound(artefact.imagePath(), "an export fetches nothing"));
            Images.check(artefact, image);
            ImageManifest manifest = saved(client, artefact, image.id(), new ImageFiles(what, directory));
            LOG.info(
                    "exported image={} id={} parts={} bytes={}",
                    artefact.imagePath(),
                    image.id(),
                    manifest.parts().size(),
                    manifest.parts().stream()
                            .mapToLong(ImageManifest.Part::bytes)
                            .sum());
            return manifest;
        });
    }

    /** By its id, so that it is what was checked even if its name has moved on. */
    private ImageManifest saved(DockerClient client, Artefact artefact, String id, ImageFiles files) {
        ImageManifest manifest;
        try (InputStream archive = client.saveImageCmd(id).exec()) {
            manifest = SavedImage.unpack(archive, files);
        } catch (NotFoundException e) {
            throw Images.notFound(artefact.imagePath(), "it was there a moment ago, and was removed");
        } catch (IOException e) {
            throw engine.errors()
                    .unavailable(files.what() + ": the engine's archive breaks off: " + EngineErrors.reason(e), e);
        }
        if (!manifest.config().digest().equals(id)) {
            throw new DriverException(
                    Code.UNSUPPORTED,
                    files.what() + ": the engine calls it " + id + ", its configuration is "
                            + manifest.config().digest()
                            + ": an engine with containerd's image store does not keep what it is given"
                            + " (switch that off: \"features\": {\"containerd-snapshotter\": false})");
        }
        return manifest;
    }
}
