package org.nearzero.sites.internal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Problems;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.PeerService.Answer;

/** What sites ask of each other besides the truth: that the homebase takes an application, or takes it back, or gives its image; and what is said if it does not. */
final class Wire {
    private static final String INVALID_INPUT = "INVALID_INPUT";

    private Wire() {}

    /** {@code POST apply}: the receiver is to be the application's homebase, or is it. */
    record Apply(Application application) {
        Apply {
            requireNonNull(application, "application");
        }
    }

    /** {@code POST delete}: the receiver is the application's homebase. */
    record Delete(AppId appId, Duration drain) {
        Delete {
            requireNonNull(appId, "appId");
            requireNonNull(drain, "drain");
        }
    }

    /** {@code POST image}: the receiver is the application's homebase. Answered with an {@link ImageManifest}. */
    record Image(AppId appId, Artefact artefact) {
        Image {
            requireNonNull(appId, "appId");
            requireNonNull(artefact, "artefact");
        }
    }

    /**
     * {@code POST image-part}: some of a part of an image. Answered with the bytes themselves.
     *
     * @param offset from where on, at least 0
     * @param bytes how many, 1 to {@link #LARGEST_PIECE}; fewer come where the part ends
     */
    record ImagePiece(AppId appId, Artefact artefact, String digest, long offset, int bytes) {
        static final int LARGEST_PIECE = 1 << 20;

        ImagePiece {
            requireNonNull(appId, "appId");
            requireNonNull(artefact, "artefact");
            requireNonNull(digest, "digest");
            Problems.check()
                    .range("offset", offset, 0, Long.MAX_VALUE)
                    .range("bytes", bytes, 1, LARGEST_PIECE)
                    .throwIfAny();
        }
    }

    /**
     * Why not.
     *
     * @param code of {@link RefusedException}, or {@code INVALID_INPUT}
     * @param message in words
     * @param problems of an invalid input
     */
    record Failure(String code, String message, List<Problem> problems) {
        Failure {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
            problems = List.copyOf(Optional.ofNullable(problems).orElse(List.of()));
        }
    }

    /** A failure as an answer; what nobody foresaw is the caller's to report, by its message. */
    static Answer answer(Throwable failure) {
        if (failure instanceof InvalidInputException invalid) {
            return new Answer(400, Json.write(new Failure(INVALID_INPUT, invalid.getMessage(), invalid.problems())));
        }
        if (failure instanceof RefusedException refused) {
            return new Answer(
                    status(refused.code()),
                    Json.write(new Failure(refused.code().name(), refused.getMessage(), List.of())));
        }
        return new Answer(
                500, Json.write(new Failure(RefusedException.Code.UNAVAILABLE.name(), Reasons.of(failure), List.of())));
    }

    private static int status(RefusedException.Code code) {
        return switch (code) {
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, INCOMPATIBLE_STATE -> 409;
            case PERMISSION_DENIED -> 403;
            case FAILED_PRECONDITION -> 412;
            case UNAVAILABLE -> 503;
        };
    }

    /** The same failure, at the site that asked. */
    static RuntimeException failure(String where, int status, byte[] body) {
        Failure failure;
        try {
            failure = Json.read(body, Failure.class);
        } catch (Json.MalformedException e) {
            return new RefusedException(
                    RefusedException.Code.UNAVAILABLE, where + " answered " + status + ": " + Join.reason(body));
        }
        if (failure.code().equals(INVALID_INPUT) && !failure.problems().isEmpty()) {
            return new InvalidInputException(failure.problems());
        }
        RefusedException.Code code = List.of(RefusedException.Code.values()).stream()
                .filter(known -> known.name().equals(failure.code()))
                .findFirst()
                .orElse(RefusedException.Code.UNAVAILABLE);
        return new RefusedException(code, failure.message());
    }
}
