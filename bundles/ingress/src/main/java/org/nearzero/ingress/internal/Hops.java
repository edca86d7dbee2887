package org.nearzero.ingress.internal;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import org.nearzero.api.model.PopId;

/**
 * The sites that a request has been relayed by, oldest first, as the field {@code Nearzero-Hops} has them. Every request that is
 * relayed has that field, and no other request does: nobody else's is passed on.
 */
final class Hops {
    static final HttpString FIELD = new HttpString("Nearzero-Hops");

    /** A homebase that moves while a request is on its way makes for one hop more; so many are a mistake. */
    private static final int MOST = 8;

    private Hops() {}

    /** Whether a request was relayed, if whoever sent it is to be believed. */
    static boolean areIn(HeaderMap fields) {
        return fields.contains(FIELD);
    }

    /** Why a request that came to {@code self} goes round in circles; null if it does not. */
    static String loop(HeaderMap fields, PopId self) {
        List<String> sites = of(fields);
        if (sites.contains(self.value())) {
            return "relayed in a loop: " + String.join(", ", sites) + ", " + self
                    + " (each of these sites takes another one for the homebase)";
        }
        return sites.size() > MOST ? "relayed by too many sites: " + String.join(", ", sites) : null;
    }

    /** The value of the field once {@code self} has relayed the request as well. @param believed whether a site sent it */
    static String with(HeaderMap fields, boolean believed, PopId self) {
        List<String> sites = believed ? of(fields) : new ArrayList<>();
        sites.add(self.value());
        return String.join(", ", sites);
    }

    private static List<String> of(HeaderMap fields) {
        List<String> sites = new ArrayList<>();
        HeaderValues values = fields.get(FIELD);
        for (int i = 0; values != null && i < values.size(); i++) {
            for (String site : values.get(i).split(",")) {
                if (!site.isBlank()) {
                    sites.add(site.strip());
                }
            }
        }
        return sites;
    }
}
