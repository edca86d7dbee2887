package org.nearzero.management.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Reads the manifest that a request carries. */
final class ManifestBody {
    /** Largest body that is read, in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    /** What a refused body may have beyond that for its sender to still get the answer, in bytes. */
    private static final int DRAINED = 16 * 1024 * 1024;

    private static final Set<String> TYPES =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "application/json");

    private ManifestBody() {}

    /** The text. @throws Failure if its type, size or encoding is not what it should be */
    static String read(Request request) throws IOException {
        String type = request.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new Failure(
                    415,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Content-Type: " + (type.isEmpty() ? "missing" : type)
                            + " (expected: application/yaml or application/json)");
        }
        byte[] bytes = request.body().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            drain(request.body());
            throw new Failure(413, "PAYLOAD_TOO_LARGE", "body: too large (expected: at most " + MAX_BYTES + " bytes)");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Failure(400, "INVALID_ARGUMENT", "body: not UTF-8 (expected: YAML or JSON in UTF-8)");
        }
    }

    /** A sender that is still sending when the connection is closed never sees the answer. */
    private static void drain(InputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = DRAINED; left > 0; ) {
            int read = body.read(buffer);
            if (read < 0) {
                return;
            }
            left -= read;
        }
    }
}
