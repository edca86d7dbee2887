package org.nearzero.management.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.management.core.StatusView;

/** An answer that is an error, in CAMARA's codes. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Problem> problems;
    private final transient Map<String, String> headers;

    private Failure(
            int status,
            String code,
            String message,
            List<Problem> problems,
            Map<String, String> headers,
            Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.problems = problems;
        this.headers = headers;
    }

    Failure(int status, String code, String message) {
        this(status, code, message, List.of(), Map.of(), null);
    }

    /** The same with a header. */
    Failure with(String name, String value) {
        return new Failure(status, code, getMessage(), problems, Map.of(name, value), getCause());
    }

    /** What a failure of any kind is answered with. One that nobody has foreseen is a 500 and keeps its cause. */
    static Failure of(Throwable failure) {
        if (failure instanceof Failure known) {
            return known;
        }
        if ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure instanceof InvalidInputException invalid) {
            return new Failure(400, "INVALID_ARGUMENT", invalid.getMessage(), invalid.problems(), Map.of(), null);
        }
        if (failure instanceof RefusedException refused) {
            return new Failure(status(refused.code()), refused.code().name(), refused.getMessage());
        }
        return new Failure(
                500, "INTERNAL", "an error of the platform's own; its log has it", List.of(), Map.of(), failure);
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

    String code() {
        return code;
    }

    Response response() {
        return new Response(status, headers, StatusView.error(status, code, getMessage(), problems));
    }
}
