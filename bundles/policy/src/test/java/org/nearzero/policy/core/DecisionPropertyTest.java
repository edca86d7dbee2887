package org.nearzero.policy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.policy.core.Given.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/** The laws of one decision, for any inputs. */
class DecisionPropertyTest {
    /** Everything that one decision is made of. */
    record Case(Policies policies, Demand demand, Observed observed) {
        Desired decide(Instant now) {
            return Decision.decide(policies, demand, observed, now);
        }

        int need() {
            long connections = (long) demand.inFlight() + demand.waiting();
            long limit = policies.scaling().maxConnectionsPerInstance();
            return (int) Math.min(Integer.MAX_VALUE, connections / limit + (connections % limit == 0 ? 0 : 1));
        }

        /** As the API reckons it, which the decision does not use. */
        int operatorsRoom() {
            OperatorPolicy operator = policies.operator();
            if (!operator.imageAllowList().isEmpty()
                    && !operator.imageAllowList().contains(policies.imagePath())) {
                return 0;
            }
            return Math.min(
                    operator.perApplication().roomFor(policies.each(), Usage.NONE),
                    Math.min(
                            operator.perProvider().roomFor(policies.each(), policies.providerOthers()),
                            operator.site().roomFor(policies.each(), policies.siteOthers())));
        }

        Case unlimited() {
            return new Case(Given.policies(policies.scaling()), demand, observed);
        }
    }

    @Property
    void theOperatorIsNeverExceeded(@ForAll("cases") Case any) {
        assertTrue(any.decide(NOON).instances() <= any.operatorsRoom());
    }

    @Property
    void cappedTellsExactlyWhetherTheOperatorLoweredIt(@ForAll("cases") Case any) {
        Desired desired = any.decide(NOON);
        int asked = any.unlimited().decide(NOON).instances();

        assertEquals(desired.instances() < asked, desired.capped());
        assertTrue(desired.instances() <= asked);
    }

    @Property
    void theDevelopersBoundsHoldUnlessTheOperatorIntervenes(@ForAll("cases") Case any) {
        Desired desired = any.decide(NOON);

        assertTrue(desired.instances() <= any.policies().scaling().maxInstances());
        assertTrue(desired.capped()
                || desired.instances() >= any.policies().scaling().minInstances());
    }

    @Property
    void whatIsNeededIsAskedForAtOnceAndNothingIsStartedBeyondIt(@ForAll("cases") Case any) {
        Desired desired = any.decide(NOON);
        ScalingPolicy scaling = any.policies().scaling();
        int needed = Math.max(scaling.minInstances(), Math.min(scaling.maxInstances(), any.need()));

        assertTrue(desired.capped() || desired.instances() >= needed);
        assertTrue(desired.instances() <= Math.max(needed, any.observed().live()));
    }

    @Property
    void ownEndingInstancesKeepTheirPlaceAndCostNobodyElsesLife(@ForAll("cases") Case any) {
        int live = any.observed().live();
        int ending = any.observed().instances().size() - live;
        int desired = any.decide(NOON).instances();

        assertTrue(desired <= live || (long) desired + ending <= any.operatorsRoom());
        Case without = new Case(
                any.policies(),
                any.demand(),
                new Observed(any.observed().instances().stream()
                        .filter(i ->
                                i.status() != AppInstanceStatus.TERMINATING && i.status() != AppInstanceStatus.FAILED)
                        .toList()));
        assertTrue(desired >= Math.min(live, without.decide(NOON).instances()));
    }

    @Property
    void nothingChangesBeforeWakeAtAndSomethingDoesThen(@ForAll("cases") Case any) {
        Desired desired = any.decide(NOON);
        if (desired.wakeAt().isEmpty()) {
            for (long seconds : new long[] {1, 7, 10, 31, 60, 121, 200_000}) {
                assertEquals(
                        desired.instances(),
                        any.decide(NOON.plusSeconds(seconds)).instances());
            }
            return;
        }
        Instant wakeAt = desired.wakeAt().get();
        assertTrue(wakeAt.isAfter(NOON));
        Duration until = Duration.between(NOON, wakeAt);
        for (int part = 1; part < 10; part++) {
            Instant between = NOON.plus(until.multipliedBy(part).dividedBy(10));
            assertEquals(desired.instances(), any.decide(between).instances());
            assertEquals(
                    desired.wakeAt(),
                    between.isBefore(wakeAt) ? any.decide(between).wakeAt() : desired.wakeAt());
        }
        assertEquals(desired.instances(), any.decide(wakeAt.minusNanos(1)).instances());
        assertNotEquals(desired.instances(), any.decide(wakeAt).instances());
    }

    @Property
    void theSameInputsGiveTheSameAnswer(@ForAll("cases") Case any) {
        assertEquals(any.decide(NOON), any.decide(NOON));
    }

    @Property
    void theReasonNamesTheNumber(@ForAll("cases") Case any) {
        Desired desired = any.decide(NOON);

        assertTrue(desired.reason().startsWith(String.valueOf(desired.instances())), desired.reason());
        assertTrue(desired.reason().length() > 10, desired.reason());
        assertEquals(desired.capped(), desired.reason().contains("operator's"), desired.reason());
    }

    @Property
    void whateverARuleAsksTheCapsHold(@ForAll("cases") Case any, @ForAll @IntRange(max = 1_000_000_000) int asked) {
        Desired wild = new Desired(asked, "as a rule would have it", Optional.empty(), true);
        Desired capped = Decision.cap(wild, any.policies(), any.observed());

        assertTrue(capped.instances() <= Math.min(asked, any.operatorsRoom()));
        assertEquals(capped.instances() < asked, capped.capped());
        assertFalse(capped.reason().isBlank());
    }

    @Provide
    Arbitrary<Case> cases() {
        return Combinators.combine(policies(), demands(), observations()).as(Case::new);
    }

    private static Arbitrary<Policies> policies() {
        Arbitrary<ScalingPolicy> scaling = Combinators.combine(
                        Arbitraries.integers().between(1, 200),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.integers().between(0, 60))
                .as((limit, min, max, delay, window) -> Given.scaling(limit, Math.min(min, max), max, delay, window));
        Arbitrary<Usage> usage = Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.longs().between(0, 4_000),
                        Arbitraries.longs().between(0, 2L << 30))
                .as(Usage::new);
        Arbitrary<OperatorPolicy> operator =
                Combinators.combine(caps(), caps(), caps(), allowLists()).as(OperatorPolicy::new);
        return Combinators.combine(scaling, operator, usage, usage)
                .as((s, o, provider, others) ->
                        new Policies(s, o, Given.IMAGE, Resources.DEFAULT, provider, provider.plus(others)));
    }

    private static Arbitrary<List<String>> allowLists() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.just(List.of())),
                Tuple.of(1, Arbitraries.just(List.of("corp/till", Given.IMAGE))),
                Tuple.of(1, Arbitraries.just(List.of("corp/till"))));
    }

    private static Arbitrary<Cap> caps() {
        Arbitrary<Cap> some = Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.longs().between(0, 15_000),
                        Arbitraries.longs().between(0, 8L << 30))
                .as(Cap::new);
        return Arbitraries.oneOf(Arbitraries.just(Cap.UNLIMITED), some);
    }

    private static Arbitrary<Demand> demands() {
        Arbitrary<List<Peak>> peaks = Combinators.combine(
                        Arbitraries.integers().between(0, 2_000),
                        Arbitraries.integers().between(-70_000, 0))
                .as((connections, millis) -> new Peak(connections, NOON.plusMillis(millis)))
                .list()
                .ofMaxSize(6);
        Arbitrary<Integer> counts = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 1_500), Arbitraries.just(0), Arbitraries.just(Integer.MAX_VALUE));
        return Combinators.combine(counts, counts, peaks)
                .as((inFlight, waiting, recent) -> Given.demand(inFlight, waiting, falling(recent)));
    }

    /** As the ingress and {@code Demand.remembering} hand them over: times rise, levels fall. */
    private static Peak[] falling(List<Peak> any) {
        List<Peak> kept = new ArrayList<>();
        any.stream().sorted(Comparator.comparing(Peak::until)).forEach(peak -> {
            kept.removeIf(earlier -> earlier.connections() <= peak.connections());
            kept.add(peak);
        });
        return kept.toArray(Peak[]::new);
    }

    private static Arbitrary<Observed> observations() {
        Arbitrary<AppInstance> instances = Combinators.combine(
                        Arbitraries.of(AppInstanceStatus.class),
                        Arbitraries.integers().between(-70_000, 0),
                        Arbitraries.integers().between(0, 999))
                .as((status, millis, number) -> Given.instance(number, status, NOON.plusMillis(millis)));
        return instances.list().ofMaxSize(14).map(Observed::new);
    }
}
