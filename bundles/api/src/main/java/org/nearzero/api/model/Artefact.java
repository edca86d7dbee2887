package org.nearzero.api.model;

import java.util.regex.Pattern;

/**
 * What an instance is made from: a container image, or for the process driver an executable file (GSMA spelling).
 *
 * @param imagePath an image reference, by tag ({@code acme/shop:7}) or by digest ({@code acme/shop@sha256:...}); or
 *     {@code file:///absolute/path} of an executable; not empty, no white space, at most 1024 characters
 * @param checksum {@code sha256:} and 64 hex digits that the content must have, or empty for any
 */
public record Artefact(String imagePath, String checksum) {
    private static final Pattern REFERENCE = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Pattern CHECKSUM = Pattern.compile("(sha256:[0-9a-f]{64})?");

    /** @throws InvalidInputException with every problem found */
    public Artefact {
        Problems.check()
                .matches(
                        "imagePath",
                        imagePath,
                        REFERENCE,
                        "an image reference or file:///path, 1 to 1024 printable characters without blanks")
                .matches("checksum", checksum, CHECKSUM, "sha256: and 64 lower-case hex digits, or nothing")
                .throwIfAny();
    }

    /** An artefact of any content. */
    public Artefact(String imagePath) {
        this(imagePath, "");
    }
}
