package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;

/**
 * The contract of a {@link org.nearzero.api.driver.ContainerDriver}, a test or more for each rule in its Javadoc. Extend it
 * and say what to test:
 *
 * <pre>{@code
 * class AcmeDriverContractTest extends ContainerDriverContract {
 *     @Override
 *     protected DriverUnderTest underTest() {
 *         return new AcmeDriverUnderTest();
 *     }
 * }
 * }</pre>
 *
 * <p>Rules of an optional interface are run if {@link DriverUnderTest#optionalInterfaces()} claims it. If it does not, the same
 * tests make sure that the driver does not have it: nothing is left out without a word.
 */
public abstract class ContainerDriverContract extends TransferRules {
    /** Long enough for a running program to answer, be the machine busy, and short enough to wait for its silence. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** Only for subclasses. */
    protected ContainerDriverContract() {}

    /** A new {@link DriverUnderTest}; called once for each test, closed after it. */
    @Override
    protected abstract DriverUnderTest underTest() throws Exception;

    @Test
    @DisplayName("PAUSE-1 a paused instance is listed PAUSED and serves nobody; pausing twice changes nothing")
    void pausedInstanceServesNobody() {
        Rule rule = rule("PAUSE-1");
        if (absent(rule, SupportsPause.class)) {
            return;
        }
        SupportsPause pausing = as(rule, driver, SupportsPause.class);
        InstanceSpec spec = servingOrder();
        Endpoint endpoint = endpoint(rule, serving(rule, spec));
        for (int time = 1; time <= 2; time++) {
            rule.completes(
                    pausing.pause(spec.appInstanceId()), "pause, time " + time, "pausing what is paused succeeds");
            rule.holds(
                    listed(rule, driver, pop).get(spec.appInstanceId()).state() == InstanceState.PAUSED,
                    "listed PAUSED after pause, time " + time,
                    listed(rule, driver, pop).toString(),
                    "complete the stage when the process is frozen, and read the state from the engine");
            rule.becomes(
                    () -> Caller.silent(endpoint, underTest.helloPath(), SILENCE),
                    silent -> silent,
                    "a paused instance answers nobody for " + SILENCE + " (true)",
                    "freeze every process of the instance");
        }
    }

    @Test
    @DisplayName("PAUSE-2 a thawed instance serves again at the same endpoint, its open connections kept")
    void thawedInstanceServesAgain() throws Exception {
        Rule rule = rule("PAUSE-2");
        if (absent(rule, SupportsPause.class)) {
            return;
        }
        SupportsPause pausing = as(rule, driver, SupportsPause.class);
        InstanceSpec spec = servingOrder();
        Endpoint endpoint = endpoint(rule, serving(rule, spec));
        String advice = "freeze and thaw, do not stop and start: memory and open sockets are kept";
        try (Caller openSince = Caller.connect(endpoint)) {
            rule.completes(pausing.pause(spec.appInstanceId()), "pause", "see PAUSE-1");
            rule.completes(pausing.unpause(spec.appInstanceId()), "unpause", advice);
            rule.becomes(
                    () -> openSince.get(underTest.helloPath(), rule.patience()),
                    answer -> true,
                    "a connection opened before the pause is served after the thaw",
                    advice);
        }
        for (int time = 1; time <= 2; time++) {
            var thawed = listed(rule, driver, pop).get(spec.appInstanceId());
            rule.holds(
                    thawed != null
                            && thawed.state() == InstanceState.RUNNING
                            && thawed.endpoint().equals(java.util.Optional.of(endpoint)),
                    "listed RUNNING at " + endpoint + " after unpause, time " + time,
                    String.valueOf(thawed),
                    advice);
            awaitServing(rule, endpoint);
            rule.completes(pausing.unpause(spec.appInstanceId()), "unpause of a running instance", advice);
        }
    }

    @Test
    @DisplayName("PULL-1 a pre-pulled artefact is where a start needs it")
    void prePulledArtefactStarts() {
        Rule rule = rule("PULL-1");
        if (absent(rule, SupportsPrePull.class)) {
            return;
        }
        InstanceSpec spec = servingOrder();
        SupportsPrePull pulling = as(rule, driver, SupportsPrePull.class);
        Artefact artefact = spec.application().artefact();
        for (int time = 1; time <= 2; time++) {
            rule.completes(
                    pulling.prePull(artefact),
                    "pre-pull of " + artefact.imagePath() + ", time " + time,
                    "fetch it; where it is there already, that is success");
        }
        serving(rule, spec);
    }

    @Test
    @DisplayName("PULL-2 pre-pull of an artefact that does not exist fails with IMAGE_NOT_FOUND")
    void prePullOfMissingArtefactFails() {
        Rule rule = rule("PULL-2");
        if (absent(rule, SupportsPrePull.class)) {
            return;
        }
        Artefact missing = underTest.missingArtefact();
        DriverException failure = rule.fails(
                as(rule, driver, SupportsPrePull.class).prePull(missing),
                DriverException.Code.IMAGE_NOT_FOUND,
                "pre-pull of " + missing.imagePath(),
                "map the engine's own answer for a missing artefact to this code");
        rule.holds(
                failure.getMessage().contains(missing.imagePath()),
                "the message names " + missing.imagePath(),
                failure.getMessage(),
                "say which artefact is missing, where, and what to do about it");
    }

    @Test
    @DisplayName("PULL-3 pre-pull of an artefact whose checksum differs fails with IMAGE_INVALID")
    void prePullOfWrongContentFails() {
        Rule rule = rule("PULL-3");
        if (absent(rule, SupportsPrePull.class)) {
            return;
        }
        Artefact right = underTest.serving(List.of()).artefact();
        Artefact wrong = new Artefact(right.imagePath(), "sha256:" + "0123456789abcdef".repeat(4));
        rule.fails(
                as(rule, driver, SupportsPrePull.class).prePull(wrong),
                DriverException.Code.IMAGE_INVALID,
                "pre-pull of " + wrong,
                "compare the content's checksum with the one that was ordered");
    }
}
