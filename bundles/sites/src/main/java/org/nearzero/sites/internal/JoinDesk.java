package org.nearzero.sites.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerService.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets sites join that have a good token: certifies their key and tells them who else there is. Blocks for a second. */
final class JoinDesk {
    private static final Logger LOG = LoggerFactory.getLogger(JoinDesk.class);

    private final Authority authority;
    private final JoinTokens tokens;
    private final Supplier<List<String>> peers;
    private final Duration validity;

    JoinDesk(Authority authority, JoinTokens tokens, Duration validity, Supplier<List<String>> peers) {
        this.authority = authority;
        this.tokens = tokens;
        this.validity = validity;
        this.peers = peers;
    }

    Answer answer(byte[] body) {
        try {
            Join.Request request = Json.read(body, Join.Request.class);
            List<Endpoint> doors = request.doors().stream()
                    .map(door -> Doors.parse("doors", door))
                    .toList();
            return new Answer(200, Json.write(welcome(request, doors)));
        } catch (JoinRefusedException e) {
            LOG.warn("event=join-refused reason=\"{}\"", e.getMessage());
            return refusal(e.status(), e.getMessage());
        } catch (Json.MalformedException | InvalidInputException e) {
            return refusal(400, "not a request to join: " + e.getMessage());
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("event=join-failed reason=\"{}\" next=\"the token stays good\"", e.getMessage(), e);
            return refusal(500, "the certificate could not be made; the site that has the authority logs why");
        }
    }

    private Join.Welcome welcome(Join.Request request, List<Endpoint> doors)
            throws IOException, GeneralSecurityException, JoinRefusedException {
        JoinTokens.Taken token = tokens.take(request.secret(), request.popId());
        boolean made = false;
        try {
            PopId popId = request.popId();
            X509Certificate certificate = authority.sign(request.certificateRequest(), popId, doors, validity);
            made = true;
            LOG.info(
                    "event=site-joined pop={} validUntil={}",
                    popId,
                    certificate.getNotAfter().toInstant());
            return new Join.Welcome(Pem.of(certificate), Pem.of(authority.certificate()), peers.get());
        } finally {
            if (!made) {
                token.giveBack();
            }
        }
    }

    static Answer refusal(int status, String reason) {
        return new Answer(status, Json.write(new Join.Refusal(reason)));
    }

    /** What a site without an authority says. */
    static Answer closed() {
        return refusal(403, "this site has no authority: join at the site that issued the token");
    }
}
