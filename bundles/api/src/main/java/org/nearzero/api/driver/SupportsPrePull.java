package org.nearzero.api.driver;

import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.Artefact;
import org.osgi.annotation.versioning.ConsumerType;

/** A driver that can fetch an artefact ahead of its first start. Threading as for {@link ContainerDriver}. */
@ConsumerType
public interface SupportsPrePull {
    /**
     * Makes sure that the artefact is where a start needs it [PULL-1]. Fails with {@code IMAGE_NOT_FOUND} where it does not
     * exist [PULL-2], and with {@code IMAGE_INVALID} where its checksum differs [PULL-3].
     */
    CompletionStage<Void> prePull(Artefact artefact);
}
