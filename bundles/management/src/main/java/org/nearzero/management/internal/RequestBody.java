package org.nearzero.management.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Reads the text that a request carries. */
final class RequestBody {
    /** Largest body that is read, in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    /** What a refused body may have beyond that for its sender to still get the answer, in bytes. */
    private static final int DRAINED = 16 * 1024 * 1024;

    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final Set<String> TYPES =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "application/json");

    private RequestBody() {}

    /** A manifest. @throws Failure if its type, size or encoding is not what it should be */
    static String manifest(Request request) throws IOException {
        return read(request, TYPES, "application/yaml or application/json", "YAML or JSON");
    }

    /** A merge patch. @throws Failure as for a manifest */
    static String mergePatch(Request request) throws IOException {
        return read(request, Set.of(MERGE_PATCH), MERGE_PATCH, "JSON");
    }

    private static String read(Request request, Set<String> types, String expected, String form) throws IOException {
        String type = request.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!types.contains(type)) {
            throw new Failure(
                    415,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Content-Type: " + (type.isEmpty() ? "missing" : type) + " (expected: " + expected + ")");
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
            throw new Failure(400, "INVALID_ARGUMENT", "body: not UTF-8 (expected: " + form + " in UTF-8)");
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
