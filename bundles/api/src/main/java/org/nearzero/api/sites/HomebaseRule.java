package org.nearzero.api.sites;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The operator's rule for the homebase of an application whose developer names none. The service with the highest ranking is
 * asked first; where none answers it is the site at which the application was handed over.
 */
@ConsumerType
@FunctionalInterface
public interface HomebaseRule {
    /**
     * Chooses. Called on a thread of its own, once for each application that is new.
     *
     * @param application what was handed over
     * @param handedOverAt at which site
     * @param candidates the sites that are active and reachable, that one included, by name
     * @return one of the candidates; empty: no opinion
     */
    Optional<PopId> choose(Application application, PopId handedOverAt, List<PointOfPresence> candidates);
}
