package org.nearzero.orchestrator.core;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.nearzero.api.model.Application;

/**
 * The fingerprint of what an instance is made from: artefact, command, environment, port and resources; not of its policy. It
 * is the same on every machine and after every restart, so that running instances are known again by their label.
 */
public final class Generation {
    private static final int HEX_DIGITS = 16;

    private Generation() {}

    /** 16 hex digits. */
    public static String of(Application application) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            // Every text goes in with its length and every list with its size, so that no two applications write the
            // same bytes.
            write(out, application.artefact().imagePath());
            write(out, application.artefact().checksum());
            out.writeInt(application.command().size());
            for (String word : application.command()) {
                write(out, word);
            }
            out.writeInt(application.env().size());
            for (Map.Entry<String, String> variable : application.env().entrySet()) {
                write(out, variable.getKey());
                write(out, variable.getValue());
            }
            out.writeInt(application.port());
            out.writeInt(application.resources().cpuMillis());
            out.writeLong(application.resources().memoryBytes());
            out.writeInt(application.resources().pids());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(sha256(bytes.toByteArray())).substring(0, HEX_DIGITS);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
