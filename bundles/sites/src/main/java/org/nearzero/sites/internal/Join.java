package org.nearzero.sites.internal;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.PopId;

/** What is said when a site joins: {@code POST /.nearzero/v1/join}. */
final class Join {
    private Join() {}

    /**
     * From the new site.
     *
     * @param secret of its token, in base64url
     * @param popId its name
     * @param doors where peers reach it, {@code host:port}
     * @param certificateRequest for its key (RFC 2986, PEM)
     */
    record Request(String secret, PopId popId, List<String> doors, String certificateRequest) {
        Request {
            requireNonNull(secret, "secret");
            requireNonNull(popId, "popId");
            requireNonNull(certificateRequest, "certificateRequest");
            doors = List.copyOf(Optional.ofNullable(doors).orElse(List.of()));
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Request[popId=" + popId + "]";
        }
    }

    /**
     * To the new site.
     *
     * @param certificate the site's (PEM)
     * @param authority the authority's (PEM)
     * @param peers the sites that are known, {@code pop@host:port}, one for each door
     */
    record Welcome(String certificate, String authority, List<String> peers) {
        Welcome {
            requireNonNull(certificate, "certificate");
            requireNonNull(authority, "authority");
            peers = List.copyOf(Optional.ofNullable(peers).orElse(List.of()));
        }
    }

    /** @param reason why not, for a person */
    record Refusal(String reason) {
        Refusal {
            requireNonNull(reason, "reason");
        }
    }

    /** The reason in an answer that is no welcome, whoever wrote it. */
    static String reason(byte[] body) {
        try {
            return Json.read(body, Refusal.class).reason();
        } catch (Json.MalformedException e) {
            return new String(body, StandardCharsets.UTF_8).lines().findFirst().orElse("no reason given");
        }
    }
}
