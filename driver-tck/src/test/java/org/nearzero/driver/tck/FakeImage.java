package org.nearzero.driver.tck;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

/** An image of the {@link FakeEngine}: its parts, and what is in them by their digests. */
record FakeImage(ImageManifest manifest, Map<String, byte[]> content) {
    static FakeImage of(String config, String... layers) {
        Map<String, byte[]> content = new HashMap<>();
        Part first = part(config, content);
        List<Part> others = Stream.of(layers).map(layer -> part(layer, content)).toList();
        return new FakeImage(new ImageManifest(first, others), content);
    }

    private static Part part(String text, Map<String, byte[]> content) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        content.put(digest(bytes), bytes);
        return new Part(digest(bytes), bytes.length);
    }

    String checksum() {
        return manifest.config().digest();
    }

    static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
