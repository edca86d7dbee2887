package org.nearzero.management.core;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.api.sites.PointOfPresence.Availability;

/** A merge patch (RFC 7396) of the one thing about a site or zone that a caller sets: whether applications may be placed there. */
public final class AvailabilityPatch {
    private static final String FIELD = "availability";
    private static final List<String> WORDS =
            Arrays.stream(Availability.values()).map(Enum::name).toList();
    private static final String EXPECTED =
            WORDS.stream().limit(WORDS.size() - 1L).collect(Collectors.joining(", ")) + " or "
                    + WORDS.get(WORDS.size() - 1);

    private AvailabilityPatch() {}

    /** @throws InvalidInputException with every problem of it */
    public static Availability parse(String json) {
        Node document = json.isBlank() ? new Node.Text("", false, 0) : Document.read(json);
        if (!(document instanceof Node.Fields)) {
            String value = json.isBlank() ? "" : Shown.node(document);
            throw new InvalidInputException(
                    List.of(new Problem("body", value, "{\"" + FIELD + "\": " + EXPECTED + "}")));
        }
        Findings findings = new Findings();
        Section patch = new Section("", document, 0, findings);
        patch.require(FIELD, EXPECTED);
        String word = patch.oneOf(FIELD, WORDS, EXPECTED);
        patch.end();
        findings.throwIfAny();
        return Availability.valueOf(word);
    }
}
