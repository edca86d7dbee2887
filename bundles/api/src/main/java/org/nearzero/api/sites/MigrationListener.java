package org.nearzero.api.sites;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears of migrations, at the homebase of the application. Registered as a service; one that throws is logged. */
@ConsumerType
@FunctionalInterface
public interface MigrationListener {
    /** A migration has entered a state. */
    void changed(Migration migration);
}
