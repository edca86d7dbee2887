package org.nearzero.api.driver;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.Artefact;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver whose engine can hand an image to another engine of the same kind, part by part: for sites that have no registry. Threading
 * as for {@link ContainerDriver}; the directories are the caller's, who lets nobody else write there meanwhile.
 */
@ConsumerType
public interface SupportsImageTransfer {
    /**
     * Writes each part of an artefact's image into a directory, as a file named {@link ImageManifest.Part#fileName} [TRANSFER-1]. The same
     * image gives the same parts each time [TRANSFER-2]. Nothing is fetched from elsewhere: fails with {@code IMAGE_NOT_FOUND} where
     * the engine has no such image [TRANSFER-3], and with {@code IMAGE_INVALID} where its checksum differs.
     *
     * @param directory exists, and is empty; what is left there after a failure is of no use
     */
    CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory);

    /**
     * Which parts an import needs: their digests. The others are here already, with another image perhaps; they may be gone by the time of
     * the import, which then says so.
     */
    CompletionStage<Set<String>> missingParts(ImageManifest manifest);

    /**
     * Makes an artefact startable from parts that another engine exported [TRANSFER-4]; does nothing if it is [TRANSFER-5]. Fails with
     * {@code IMAGE_INVALID} where a part is needed and is not there, where one is not what its digest says, or where the whole does not have the
     * artefact's checksum: then nothing of the artefact's name has changed [TRANSFER-6].
     *
     * @param directory has the missing parts, in files named {@link ImageManifest.Part#fileName}
     */
    CompletionStage<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory);
}
