package org.nearzero.sites.internal;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;

/** How a certificate names a site: a subject alternative name (RFC 5280 section 4.2.1.6) {@code URI:urn:nearzero:pop:<popId>}. */
final class SiteName {
    private static final String PREFIX = "urn:nearzero:pop:";
    private static final int URI = 6;

    private SiteName() {}

    static String uri(PopId popId) {
        return PREFIX + popId;
    }

    /** Which site a certificate names; empty if it names none, or more than one. */
    static Optional<PopId> of(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            List<String> sites = names.stream()
                    .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                    .map(name -> (String) name.get(1))
                    .filter(name -> name.startsWith(PREFIX))
                    .toList();
            return sites.size() == 1
                    ? Optional.of(new PopId(sites.get(0).substring(PREFIX.length())))
                    : Optional.empty();
        } catch (CertificateParsingException | InvalidInputException e) {
            return Optional.empty();
        }
    }
}
