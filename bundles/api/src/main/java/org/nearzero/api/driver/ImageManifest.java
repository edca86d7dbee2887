package org.nearzero.api.driver;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.nearzero.api.model.Problems;

/**
 * What an image consists of, as one engine hands it to another (OCI image specification: manifest, descriptor).
 *
 * @param config how it is run, and what its layers unpack to
 * @param layers its file system, from the lowest layer up; at most 1024
 */
public record ImageManifest(Part config, List<Part> layers) {
    private static final int MOST_LAYERS = 1024;

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public ImageManifest {
        requireNonNull(config, "config");
        layers = List.copyOf(layers);
        Problems.check().range("layers", layers.size(), 0, MOST_LAYERS).throwIfAny();
    }

    /** Everything there is: the config, then the layers. A layer may be in it twice. */
    public List<Part> parts() {
        List<Part> all = new ArrayList<>(layers.size() + 1);
        all.add(config);
        all.addAll(layers);
        return all;
    }

    /**
     * One file.
     *
     * @param digest {@code sha256:} and 64 lower-case hex digits, of its content
     * @param bytes its size, 0 to 1 TiB
     */
    public record Part(String digest, long bytes) {
        private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
        private static final long LARGEST = 1L << 40;

        /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
        public Part {
            Problems.check()
                    .matches("digest", digest, DIGEST, "sha256: and 64 lower-case hex digits")
                    .range("bytes", bytes, 0, LARGEST)
                    .throwIfAny();
        }

        /** What its file is called: the hex digits of its digest. */
        public String fileName() {
            return digest.substring("sha256:".length());
        }
    }
}
