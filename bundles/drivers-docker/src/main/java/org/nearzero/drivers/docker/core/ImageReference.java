package org.nearzero.drivers.docker.core;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a container image, taken apart as the distribution specification does: {@code [registry/]repository[:tag][@digest]},
 * or the id {@code sha256:<64 hex digits>} of an image that the engine holds already.
 *
 * @param name registry and repository; empty for an id
 * @param tag the tag; empty where there is none
 * @param digest {@code sha256:<64 hex digits>}; empty where there is none
 */
public record ImageReference(String name, String tag, String digest) {
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
    private static final String REGISTRY = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?";
    private static final Pattern FORM = Pattern.compile("(?<name>" + REGISTRY + COMPONENT + "(?:/" + COMPONENT + ")*)"
            + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int MAX_NAME = 255;

    public ImageReference {
        requireNonNull(name, "name");
        requireNonNull(tag, "tag");
        requireNonNull(digest, "digest");
    }

    /** The parts of a reference, or nothing where the text is not one: {@code file:} URLs, capital letters, blanks. */
    public static Optional<ImageReference> parse(String text) {
        if (ID.matcher(text).matches()) {
            return Optional.of(new ImageReference("", "", text));
        }
        Matcher parts = FORM.matcher(text);
        if (text.startsWith("file:") || !parts.matches() || parts.group("name").length() > MAX_NAME) {
            return Optional.empty();
        }
        return Optional.of(
                new ImageReference(parts.group("name"), orEmpty(parts.group("tag")), orEmpty(parts.group("digest"))));
    }

    /** Whether this is the id of an image that is on the engine or nowhere: no registry knows it. */
    public boolean isId() {
        return name.isEmpty();
    }

    /** The registry that it names; nothing where it leaves that to the engine. */
    public Optional<String> registry() {
        int slash = name.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String first = name.substring(0, slash);
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? Optional.of(first) : Optional.empty();
    }

    /** What to ask a registry for: the digest if there is one, for it says exactly what is wanted; else the tag or {@code latest}. */
    public String version() {
        if (!digest.isEmpty()) {
            return digest;
        }
        return tag.isEmpty() ? "latest" : tag;
    }

    /**
     * The tag under which an engine holds this image where another engine handed it over: this one, or for an id and a digest
     * one of the driver's own. A digest is what a registry says of an image: an engine that did not get it there cannot be
     * told. Nor would an image without a tag last: engines are tidied of those. That such a tag is the digest's image is the
     * word of the site that had it from the registry, and that proved who it is.
     */
    public ImageReference held() {
        if (isId()) {
            return new ImageReference("nearzero", "image-" + hex(), "");
        }
        if (!digest.isEmpty()) {
            return new ImageReference(name, "nearzero-" + hex(), "");
        }
        return new ImageReference(name, version(), "");
    }

    /** As it was written. */
    @Override
    public String toString() {
        if (isId()) {
            return digest;
        }
        return name + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }

    private String hex() {
        return digest.substring("sha256:".length());
    }

    private static String orEmpty(String group) {
        return group == null ? "" : group;
    }
}
