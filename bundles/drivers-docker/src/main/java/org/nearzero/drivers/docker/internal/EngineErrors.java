package org.nearzero.drivers.docker.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.drivers.docker.core.Refusal;

/** Turns what the Docker client throws into the driver's one exception. Stateless. */
final class EngineErrors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String socket;

    EngineErrors(String socket) {
        this.socket = socket;
    }

    /**
     * What a failure means.
     *
     * @param what was being done and to whom, {@code instance=shop.x: start}
     */
    DriverException of(String what, Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof DriverException known) {
            return known;
        }
        if (cause instanceof DockerException answer) {
            String words = words(answer);
            Refusal refusal = Refusal.of(answer.getHttpStatus(), words);
            String next = refusal.next().isEmpty() ? "" : " (" + refusal.next() + ")";
            return new DriverException(refusal.code(), what + ": the engine says: " + words + next, cause);
        }
        if (cause instanceof IOException) {
            return unavailable(what + ": " + reason(cause), cause);
        }
        return new DriverException(Code.INTERNAL, what + ": " + cause, cause);
    }

    /** The engine does not answer; names the socket and what to do. */
    DriverException unavailable(String why, Throwable cause) {
        return new DriverException(
                Code.ENGINE_UNAVAILABLE,
                why + "; no Docker engine answers at " + socket
                        + " (start it: systemctl start docker; or set `host` to its socket)",
                cause);
    }

    /** What lies beneath the wrappings of stages and of the client, which wraps an I/O error in a plain exception. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause.getClass() == RuntimeException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Why the engine could not be talked to, in a few words. */
    static String reason(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof CancellationException) {
            return "given up";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** The engine's words alone: its answers come as {@code Status 404: {"message":"..."}}. */
    static String words(DockerException answer) {
        String text = String.valueOf(answer.getMessage());
        int brace = text.indexOf('{');
        if (brace >= 0) {
            try {
                JsonNode message = JSON.readTree(text.substring(brace)).get("message");
                if (message != null && message.isTextual()) {
                    return message.textValue();
                }
            } catch (JsonProcessingException e) {
                return text.strip();
            }
        }
        return text.strip();
    }
}
