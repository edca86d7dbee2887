package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.RootFS;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.drivers.docker.core.Chain;

/** What an engine has of an image already. Stateless; for threads that may block. */
final class LayerChains {
    private LayerChains() {}

    /** How many of these layers, from the lowest up, the engine has with other images: it does not read them again. */
    static int held(DockerClient client, List<String> layers) {
        int most = 0;
        for (Image image : client.listImagesCmd().exec()) {
            most = Math.max(most, Chain.shared(layers, layersOf(client, image.getId())));
            if (most == layers.size()) {
                break;
            }
        }
        return most;
    }

    private static List<String> layersOf(DockerClient client, String id) {
        try {
            RootFS layers = client.inspectImageCmd(id).exec().getRootFS();
            return layers == null || layers.getLayers() == null ? List.of() : layers.getLayers();
        } catch (NotFoundException e) {
            // Removed since it was listed.
            return List.of();
        }
    }

    /**
     * The parts that the engine does not have. A layer's digest is what the engine calls it by if it was exported uncompressed,
     * as engines do; any other is not found here, and counts as missing.
     */
    static Set<String> missing(DockerClient client, ImageManifest manifest) {
        Set<String> missing = new LinkedHashSet<>();
        if (Images.inspect(client, manifest.config().digest()).isEmpty()) {
            missing.add(manifest.config().digest());
            List<String> layers = manifest.layers().stream().map(Part::digest).toList();
            missing.addAll(layers.subList(held(client, layers), layers.size()));
        }
        return missing;
    }
}
