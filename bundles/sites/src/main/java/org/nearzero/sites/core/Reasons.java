package org.nearzero.sites.core;

import java.time.Instant;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.sites.core.Levels.Band;

/** The sentences of verdicts. */
final class Reasons {
    private Reasons() {}

    static String of(Verdict verdict) {
        MigrationPolicy policy = verdict.policy();
        Bounds bounds = verdict.bounds();
        return switch (verdict.why()) {
            case SESSIONS -> verdict.role() == Role.SERVE ? serve(verdict) : relay(verdict);
            case WINDOW ->
                stays(verdict) + " until " + verdict.wakeAt() + ": "
                        + held(verdict, Times.words(policy.sessionWindow()));
            case COOLDOWN ->
                stays(verdict) + ": cooldown of " + Times.words(policy.cooldown()) + " until " + verdict.wakeAt();
            case ZONE ->
                "relay: zone " + bounds.site().zoneId() + " is not one of allowedZones " + policy.allowedZones();
            case DRAINING -> "relay: the operator drains " + bounds.site().popId();
            case EXCLUDED -> "relay: the operator excludes " + bounds.site().popId();
            case UNREACHABLE -> stays(verdict) + ": " + bounds.site().popId() + " is not reached";
            case PLACES -> places(policy, bounds.operatorAllows());
            case NO_MIGRATION -> "relay: its policy knows no migration";
        };
    }

    /** Why there is no place: the lower one of both bounds. */
    static String places(MigrationPolicy policy, int operatorAllows) {
        return operatorAllows < policy.maxServingPops()
                ? "relay: operator allows " + operatorAllows + (operatorAllows == 1 ? " serving PoP" : " serving PoPs")
                        + ", maxServingPops is " + policy.maxServingPops()
                : "relay: maxServingPops " + policy.maxServingPops() + " serve already";
    }

    private static String serve(Verdict verdict) {
        Levels levels = verdict.levels();
        String at = "serve at " + verdict.bounds().site().popId() + ": ";
        if (levels.band() == Band.MANY && verdict.bounds().wanted() == Role.RELAY) {
            return at + held(verdict, Times.words(verdict.policy().sessionWindow()));
        }
        return at + sessions(levels) + ", returns at " + verdict.policy().returnThreshold();
    }

    private static String relay(Verdict verdict) {
        if (verdict.bounds().wanted() == Role.SERVE) {
            return "relay: " + held(verdict, Times.words(verdict.policy().sessionWindow()));
        }
        return "relay: " + sessions(verdict.levels()) + ", serves at "
                + verdict.policy().sessionThreshold();
    }

    private static String held(Verdict verdict, String window) {
        Levels levels = verdict.levels();
        return levels.band() == Band.MANY
                ? sessions(levels) + " >= " + verdict.policy().sessionThreshold() + " for " + window
                : sessions(levels) + " <= " + verdict.policy().returnThreshold() + " for " + window;
    }

    private static String stays(Verdict verdict) {
        return verdict.role() == Role.SERVE ? "stays" : "relay stays";
    }

    private static String sessions(Levels levels) {
        return levels.sessions() + (levels.sessions() == 1 ? " session" : " sessions");
    }

    /** Why a failed migration is tried again only later. */
    static String failed(String why, Instant retryAt) {
        return "relay: " + why + "; next attempt at " + retryAt;
    }
}
