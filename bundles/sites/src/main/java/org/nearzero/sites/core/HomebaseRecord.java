package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;

/**
 * What a homebase keeps of one application. That of one which was taken back stays: its epochs must not be handed out again, and
 * sites that were away have to learn of it.
 *
 * @param appId which application
 * @param application what was handed over; empty: it was taken back
 * @param offerEpoch the one handed out when it became new here
 * @param highestEpoch the highest that was ever handed out; written before an assignment that has it is sent
 * @param drain how long connections may go on after it was taken back
 */
public record HomebaseRecord(
        AppId appId, Optional<Application> application, long offerEpoch, long highestEpoch, Duration drain)
        implements Kept {
    public HomebaseRecord {
        requireNonNull(appId, "appId");
        requireNonNull(application, "application");
        requireNonNull(drain, "drain");
    }

    @Override
    public Table table() {
        return Table.HOMEBASES;
    }

    @Override
    public String key() {
        return appId.value();
    }

    /** What the other sites are told. */
    public Offer offer() {
        return new Offer(appId, application, offerEpoch, drain);
    }
}
