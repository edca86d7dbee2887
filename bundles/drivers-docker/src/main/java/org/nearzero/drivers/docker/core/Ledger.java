package org.nearzero.drivers.docker.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;

/**
 * What a container's labels say about the instance in it. They are the only memory there is: whoever reads them after a crash
 * knows as much as the one who wrote them.
 *
 * @param appInstanceId label {@value #INSTANCE}
 * @param appId label {@value #APP}
 * @param popId label {@value #POP}
 * @param generation label {@value #GENERATION}
 * @param createdAt label {@value #CREATED}, to the millisecond
 */
public record Ledger(AppInstanceId appInstanceId, AppId appId, PopId popId, String generation, Instant createdAt) {
    public static final String INSTANCE = "org.nearzero.instance";
    public static final String APP = "org.nearzero.app";
    public static final String POP = "org.nearzero.pop";
    public static final String GENERATION = "org.nearzero.generation";
    public static final String CREATED = "org.nearzero.created";
    /** The image as its developer named it; the container itself is made from the id behind that name. For people only. */
    public static final String IMAGE = "org.nearzero.image";

    public Ledger {
        requireNonNull(appInstanceId, "appInstanceId");
        requireNonNull(appId, "appId");
        requireNonNull(popId, "popId");
        requireNonNull(generation, "generation");
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The entry for an order that is carried out now. */
    public static Ledger of(InstanceSpec spec, Instant now) {
        return new Ledger(spec.appInstanceId(), spec.application().appId(), spec.popId(), spec.generation(), now);
    }

    /** Reads an entry back; nothing where labels are missing or malformed, for then the container is not ours. */
    public static Optional<Ledger> read(Map<String, String> labels) {
        if (!labels.keySet().containsAll(java.util.List.of(INSTANCE, APP, POP, GENERATION, CREATED))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Ledger(
                    new AppInstanceId(labels.get(INSTANCE)),
                    new AppId(labels.get(APP)),
                    new PopId(labels.get(POP)),
                    labels.get(GENERATION),
                    Instant.parse(labels.get(CREATED))));
        } catch (InvalidInputException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The entry as labels. */
    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, appInstanceId.value());
        labels.put(APP, appId.value());
        labels.put(POP, popId.value());
        labels.put(GENERATION, generation);
        labels.put(CREATED, createdAt.toString());
        return labels;
    }

    /** The instance of this entry in a state. */
    public DriverInstance in(InstanceState state, Optional<Endpoint> endpoint, String detail) {
        return new DriverInstance(appInstanceId, appId, popId, generation, state, endpoint, createdAt, detail);
    }
}
