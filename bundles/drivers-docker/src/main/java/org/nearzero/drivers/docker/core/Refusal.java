package org.nearzero.drivers.docker.core;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import org.nearzero.api.driver.DriverException.Code;

/**
 * What an engine's error answer to an order means.
 *
 * @param code whether trying again can help
 * @param next what to do about it; may be empty
 */
public record Refusal(Code code, String next) {
    private static final List<String> FULL = List.of(
            "no space left on device",
            "cannot allocate memory",
            "no available ipv4 addresses",
            "no available network",
            "all ports are allocated",
            "port is already allocated",
            "address already in use",
            "too many open files",
            "resource temporarily unavailable");
    private static final List<String> NOT_EXECUTABLE = List.of(
            "executable file not found",
            "no such file or directory: unknown",
            "permission denied: unknown",
            "exec format error",
            "no command specified",
            "is a directory: unknown");

    public Refusal {
        requireNonNull(code, "code");
        requireNonNull(next, "next");
    }

    /**
     * Reads an answer. The engine has no codes of its own, so that beyond the status its words are all there is; words that
     * are not known end as {@code INTERNAL}, which is retried.
     *
     * @param status HTTP status, 400 to 599
     * @param message the engine's words
     */
    public static Refusal of(int status, String message) {
        String words = message.toLowerCase(Locale.ROOT);
        if (words.contains("no such image")) {
            return new Refusal(Code.IMAGE_NOT_FOUND, "load it there, or fix appRepo.imagePath");
        }
        if (words.contains("docker-init")) {
            return new Refusal(Code.UNSUPPORTED, "install tini on the engine's machine, or set init=false");
        }
        if (NOT_EXECUTABLE.stream().anyMatch(words::contains)) {
            return new Refusal(Code.IMAGE_INVALID, "fix the image's entry point or the application's command");
        }
        if (FULL.stream().anyMatch(words::contains)) {
            return new Refusal(Code.NO_CAPACITY, "");
        }
        return switch (status) {
            case 400 -> new Refusal(Code.UNSUPPORTED, "fix the order as the engine says");
            case 401, 403 -> new Refusal(Code.UNSUPPORTED, "allow this user to do that on the engine");
            case 404 -> new Refusal(Code.NOT_FOUND, "");
            case 503 -> new Refusal(Code.ENGINE_UNAVAILABLE, "");
            default -> new Refusal(Code.INTERNAL, "");
        };
    }
}
