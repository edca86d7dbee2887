package org.nearzero.api.policy;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;

/**
 * Everything that bounds one decision.
 *
 * @param scaling the developer's policy
 * @param operator the operator's policy; it wins
 * @param imagePath the artefact that instances are made from: one that the operator no longer allows gets none
 * @param each what one instance may use
 * @param providerOthers what the provider's other applications have at this point of presence
 * @param siteOthers what all other applications have at this point of presence, the provider's included
 */
public record Policies(
        ScalingPolicy scaling,
        OperatorPolicy operator,
        String imagePath,
        Resources each,
        Usage providerOthers,
        Usage siteOthers) {
    public Policies {
        requireNonNull(scaling, "scaling");
        requireNonNull(operator, "operator");
        requireNonNull(imagePath, "imagePath");
        requireNonNull(each, "each");
        requireNonNull(providerOthers, "providerOthers");
        requireNonNull(siteOthers, "siteOthers");
    }
}
