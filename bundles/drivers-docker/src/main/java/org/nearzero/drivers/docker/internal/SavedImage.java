package org.nearzero.drivers.docker.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

/**
 * The archive in which an engine saves one image, read once from front to back. What is a part is only known at its end, from
 * {@code manifest.json}; until then every file is kept, by its digest. Names in the archive are only compared, never used as paths.
 */
final class SavedImage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = "manifest.json";
    private static final int LARGEST_MANIFEST = 4 * 1024 * 1024;
    /** Old engines have some five files a layer. */
    private static final int MOST_ENTRIES = 16 * 1024;

    private final ImageFiles files;
    private final Map<String, Part> parts = new HashMap<>();
    /** Of equal layers some engines write one; the others are links to it. */
    private final Map<String, String> links = new HashMap<>();

    private byte[] manifest = {};

    private SavedImage(ImageFiles files) {
        this.files = files;
    }

    /**
     * Unpacks an archive.
     *
     * @param files where the parts go, and nothing else is left
     * @throws IOException if the archive cannot be read to its end
     * @throws DriverException if it is not an image's, or its files cannot be written
     */
    static ImageManifest unpack(InputStream archive, ImageFiles files) throws IOException {
        SavedImage saved = new SavedImage(files);
        saved.read(new TarArchiveInputStream(archive));
        ImageManifest manifest = saved.manifest();
        files.keepOnly(manifest);
        return manifest;
    }

    private void read(TarArchiveInputStream tar) throws IOException {
        int entries = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MOST_ENTRIES) {
                throw unreadable("it has more than " + MOST_ENTRIES + " entries");
            }
            String name = normal("", entry.getName());
            if (entry.isSymbolicLink()) {
                links.put(name, normal(parent(name), entry.getLinkName()));
            } else if (entry.isLink()) {
                links.put(name, normal("", entry.getLinkName()));
            } else if (name.equals(MANIFEST)) {
                manifest = tar.readNBytes(LARGEST_MANIFEST + 1);
            } else if (entry.isFile()) {
                parts.put(name, files.add(tar));
            }
        }
    }

    private ImageManifest manifest() {
        if (manifest.length == 0 || manifest.length > LARGEST_MANIFEST) {
            throw unreadable(
                    "its " + MANIFEST + " has " + manifest.length + " bytes, expected: 1 to " + LARGEST_MANIFEST);
        }
        JsonNode images;
        try {
            images = JSON.readTree(manifest);
        } catch (JsonProcessingException e) {
            throw unreadable("its " + MANIFEST + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw unreadable("its " + MANIFEST + " is no JSON: " + e);
        }
        if (images.size() != 1) {
            throw unreadable("it has " + images.size() + " images, expected: 1");
        }
        JsonNode image = images.path(0);
        List<Part> layers = new ArrayList<>();
        image.path("Layers").forEach(layer -> layers.add(part(layer.asText())));
        return new ImageManifest(part(image.path("Config").asText()), layers);
    }

    private Part part(String written) {
        String name = normal("", written);
        // A link to a link and so on: at most as many steps as there are links, or they go in a circle.
        for (int step = 0; step <= links.size(); step++) {
            Part part = parts.get(name);
            if (part != null) {
                return part;
            }
            name = Optional.ofNullable(links.get(name)).orElse(name);
        }
        throw unreadable("its " + MANIFEST + " names " + written + ", which is not in it");
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** A name without detours, and without leaving the archive: the key to find it by. */
    private static String normal(String parent, String name) {
        List<String> steps = new ArrayList<>();
        for (String step : (parent + "/" + name).split("/")) {
            if (step.equals("..")) {
                if (!steps.isEmpty()) {
                    steps.remove(steps.size() - 1);
                }
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        return String.join("/", steps);
    }

    private DriverException unreadable(String why) {
        return new DriverException(
                Code.INTERNAL, files.what() + ": the engine's archive of it is not understood: " + why);
    }
}
