package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.PopId;
import org.osgi.annotation.versioning.ProviderType;

/** Answers what other sites ask of this one. The ingress owns the door that they come through, and has proven who they are. */
@ProviderType
public interface PeerService {
    /**
     * Answers one request. Called on an I/O thread: returns at once.
     *
     * @param peer who asks; empty: somebody without a certificate, who may only ask to join
     * @param path the request's path, below the one that is kept for sites
     * @param body what was sent; at most 16 MiB
     * @return never fails
     */
    CompletionStage<Answer> answer(Optional<PopId> peer, String path, byte[] body);

    /**
     * An answer.
     *
     * @param status as in HTTP
     * @param contentType what the body is, as in HTTP
     * @param body what is answered; at most 16 MiB
     */
    record Answer(int status, String contentType, byte[] body) {
        public Answer {
            requireNonNull(contentType, "contentType");
            requireNonNull(body, "body");
        }

        /** An answer in JSON. */
        public Answer(int status, byte[] body) {
            this(status, "application/json", body);
        }
    }
}
