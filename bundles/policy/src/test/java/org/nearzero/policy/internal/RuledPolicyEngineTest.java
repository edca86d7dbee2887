package org.nearzero.policy.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.policy.core.Given.NOON;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.policy.core.Decision;
import org.nearzero.policy.core.Given;

class RuledPolicyEngineTest {
    /** So long that no noise on the machine makes a well-behaved rule, or anything else, late. */
    private static final Duration GENEROUS = Duration.ofMinutes(2);

    private static final ScalingPolicy SCALING = Given.scaling(100, 0, 10, 30, 10);

    private final SetClock clock = new SetClock();
    private final RuledPolicyEngine engine = new RuledPolicyEngine(OperatorPolicy.UNLIMITED, clock);
    private final CountDownLatch release = new CountDownLatch(1);

    RuledPolicyEngineTest() {
        engine.ruleDeadline(GENEROUS);
    }

    @AfterEach
    void close() {
        release.countDown();
        engine.close();
    }

    @Test
    void withoutRulesDecidesOnTheCallersThread() {
        await().atMost(GENEROUS).until(() -> threadsOfTheEngine() == 0); // those of the tests before end on their own
        CompletableFuture<Desired> decided = decided();
        AtomicReference<Thread> by = new AtomicReference<>();

        assertTrue(decided.isDone());
        decided.thenRun(() -> by.set(Thread.currentThread()));
        assertSame(Thread.currentThread(), by.get());
        assertEquals(
                Decision.decide(Given.policies(SCALING), Given.demand(0, 150), Observed.NOTHING, NOON), decided.join());
        assertEquals(0, threadsOfTheEngine());
    }

    @Test
    void asksTheRulesHighestRankingFirstOffTheCallersThread() {
        TestRule doubles =
                new TestRule("doubles", p -> new Desired(p.instances() * 2, "twice as many", Optional.empty(), false));
        TestRule adds = new TestRule("adds", TestRule.plus(3));
        engine.addRule(doubles, 1);
        engine.addRule(adds, 7);

        Desired desired = get(decided());

        assertEquals(10, desired.instances());
        assertEquals(
                "10 instead of 5 by rule doubles: twice as many (5 instead of 2 by rule adds: adds 3"
                        + " (2 instances: 150 connections / 100 per instance = 2))",
                desired.reason());
        assertFalse(doubles.threads.contains(Thread.currentThread()));

        engine.addRule(doubles, 9);
        assertEquals(7, get(decided()).instances());
    }

    @Test
    void amongEqualRankingsTheFirstComeIsAskedFirst() {
        engine.addRule(new TestRule("adds", TestRule.plus(3)), 0);
        engine.addRule(new TestRule("none", p -> new Desired(0, "nothing", Optional.empty(), false)), 0);

        assertEquals(0, get(decided()).instances());
    }

    @Test
    void theOperatorsCapsComeAfterTheLastRule() {
        engine.addRule(new TestRule("greedy", TestRule.plus(1_000_000_000)), 0);
        Policies capped = Given.policies(SCALING, Given.site(Given.cpu(2_000)));

        Desired desired = get(engine.decide(capped, Given.demand(0, 150), Observed.NOTHING, NOON));

        assertEquals(4, desired.instances());
        assertTrue(desired.capped());
        assertTrue(desired.reason().contains("operator's site cap of 2000m CPU"), desired.reason());
        assertTrue(
                desired.reason().contains("rule greedy (asked for 1000000002, maxInstances 10): adds"),
                desired.reason());
    }

    @Test
    void aRuleCannotAskForMoreThanTheDevelopersMaximum() {
        TestRule greedy =
                new TestRule("greedy", p -> new Desired(Integer.MAX_VALUE, "all there is", Optional.empty(), false));
        engine.addRule(greedy, 1);

        Desired desired = get(decided());

        assertEquals(10, desired.instances());
        assertEquals(
                "10 instead of 2 by rule greedy (asked for 2147483647, maxInstances 10): all there is"
                        + " (2 instances: 150 connections / 100 per instance = 2)",
                desired.reason());

        // The next rule is given what is left of it, and what a rule says of an answer that is the proposal stays
        // unsaid.
        TestRule content = new TestRule("content", p -> p);
        engine.addRule(content, 0);
        assertEquals(desired.reason(), get(decided()).reason());
    }

    @Test
    void aRuleCannotMakeADecisionMissTheEndOfAHold() {
        engine.addRule(new TestRule("forgets", p -> new Desired(9, "forgets", Optional.empty(), false)), 0);

        Desired desired = get(engine.decide(Given.policies(SCALING), Given.demand(0, 0), Given.ready(2, NOON), NOON));

        assertEquals(Optional.of(NOON.plusSeconds(10)), desired.wakeAt());
    }

    @Test
    void aRuleCannotMakeTheLoopSpin() {
        engine.addRule(new TestRule("spins", p -> new Desired(1, "spins", Optional.of(NOON), false)), 0);

        assertEquals(Optional.of(NOON.plusMillis(100)), get(decided()).wakeAt());
    }

    @Test
    void aRuleThatThrowsIsPassedOverNamedAndLeftOutForAWhile() {
        TestRule bad = new TestRule("bad", p -> {
            throw new IllegalStateException("boom\nand\u0007more");
        });
        engine.addRule(bad, 5);
        engine.addRule(new TestRule("good", TestRule.plus(1)), 0);

        Desired first = get(decided());
        assertEquals(3, first.instances());
        assertTrue(
                first.reason()
                        .contains("; rule bad passed over until 12:00:10Z: threw IllegalStateException: boom and more"),
                first.reason());
        assertEquals(Optional.of(NOON.plusSeconds(10)), first.wakeAt());

        get(decided());
        assertEquals(1, bad.calls.get());

        clock.advance(Duration.ofSeconds(10));
        assertTrue(get(decided()).reason().contains("passed over until 12:00:30Z"));
        assertEquals(2, bad.calls.get());

        bad.behaviour = TestRule.plus(5);
        clock.advance(Duration.ofSeconds(20));
        assertEquals(8, get(decided()).instances());
    }

    @Test
    void oneQuarantineIsOneWarning() {
        TestRule bad = new TestRule("bad", p -> null);
        engine.addRule(bad, 0);
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < 20; i++) {
                get(decided());
            }
        } finally {
            System.setErr(before);
        }

        String text = log.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().filter(line -> line.contains("WARN")).count(), text);
        assertTrue(text.contains("rule=bad app=shop left out until=2026-01-01T12:00:10Z: answered null"), text);
    }

    @Test
    void leavesARuleOutForFiveMinutesAtMost() {
        TestRule bad = new TestRule("bad", p -> null);
        engine.addRule(bad, 0);
        for (int i = 0; i < 10; i++) {
            assertTrue(get(decided()).reason().contains("answered null"));
            clock.advance(Duration.ofMinutes(5));
        }

        assertEquals(10, bad.calls.get());
    }

    @Test
    void survivesErrorsAndMessagesThatThrow() {
        engine.addRule(
                new TestRule("deep", p -> {
                    throw new StackOverflowError();
                }),
                2);
        engine.addRule(
                new TestRule("nasty", p -> {
                    throw new IllegalStateException() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public String getMessage() {
                            throw new IllegalStateException("even this");
                        }
                    };
                }),
                1);
        engine.addRule(new TestRule(null, TestRule.plus(1)), 0);

        Desired desired = get(decided());

        assertEquals(3, desired.instances());
        assertTrue(desired.reason().contains("rule deep passed over until 12:00:10Z: threw StackOverflowError"));
        assertTrue(desired.reason().contains("by rule " + TestRule.class.getName() + ": adds 1"), desired.reason());
    }

    @Test
    void aRuleThatHangsCostsOneThreadAndNobodyElsesDecision() {
        TestRule hangs = new TestRule("hangs", p -> p);
        hangs.behaviour = hangs.hanging(release);
        engine.ruleDeadline(Duration.ofMillis(50));
        engine.addRule(hangs, 5);

        List<CompletableFuture<Desired>> decisions = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            decisions.add(decided());
        }
        decisions.forEach(decision -> assertEquals(2, get(decision).instances()));
        // By name, or by its class where the machine was too busy to ask it for that.
        assertTrue(get(decisions.get(0)).reason().contains(" passed over until "));
        // Asked again for as long as the machine was too busy to call it at all.
        await().atMost(GENEROUS).until(() -> get(decided()).instances() == 2 && hangs.interrupts.get() > 0);

        // Now that it is left out, the next rule has all the time there is.
        engine.ruleDeadline(GENEROUS);
        engine.addRule(new TestRule("good", TestRule.plus(1)), 0);
        assertEquals(3, get(decided()).instances());
        assertEquals(1, hangs.calls.get());

        // Its time is up, but it still hangs: it is not given a second thread.
        clock.advance(Duration.ofMinutes(1));
        assertTrue(get(decided()).reason().contains("still hangs in an earlier call"));
        assertEquals(1, hangs.calls.get());

        release.countDown();
        await().atMost(GENEROUS).until(() -> hangs.atOnce.get() == 0);
        clock.advance(Duration.ofMinutes(10));
        await().atMost(GENEROUS).untilAsserted(() -> {
            clock.advance(Duration.ofMinutes(10));
            assertFalse(get(decided()).reason().contains("hangs"));
        });
    }

    @Test
    void aRuleIsNeverCalledTwiceAtOnce() {
        TestRule rule = new TestRule("rule", TestRule.plus(1));
        engine.addRule(rule, 0);
        List<CompletableFuture<Desired>> decisions = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            decisions.add(decided());
        }
        decisions.forEach(decision -> assertEquals(3, get(decision).instances()));

        assertEquals(2_000, rule.calls.get());
        assertEquals(1, rule.mostAtOnce.get());
    }

    @Test
    void aRemovedRuleLetsItsDecisionsGo() {
        TestRule hangs = new TestRule("hangs", p -> p);
        hangs.behaviour = hangs.hanging(release);
        engine.addRule(hangs, 0);
        CompletableFuture<Desired> called = decided();
        CompletableFuture<Desired> waits = decided();
        await().atMost(GENEROUS).until(() -> hangs.calls.get() == 1);

        engine.removeRule(hangs);

        assertEquals(2, get(called).instances());
        assertEquals(2, get(waits).instances());
        assertTrue(decided().isDone());
    }

    @Test
    void closingAnswersWhatIsUnderWayAndEndsTheThreads() {
        TestRule hangs = new TestRule("hangs", p -> p);
        hangs.behaviour = hangs.hanging(release);
        engine.addRule(hangs, 0);
        List<CompletableFuture<Desired>> decisions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            decisions.add(decided());
        }

        engine.close();
        engine.close();

        decisions.forEach(decision -> assertEquals(2, get(decision).instances()));
        assertEquals(2, decided().join().instances());
        engine.addRule(hangs, 0);
        assertTrue(decided().isDone());
        release.countDown();
        await().atMost(GENEROUS).until(() -> threadsOfTheEngine() == 0);
    }

    @Test
    void tellsWatchersOfEachChangeAndOfNoneThatIsNone() {
        AtomicInteger told = new AtomicInteger();
        TestRule rule = new TestRule("rule", p -> p);
        engine.watch(() -> {
            throw new IllegalStateException("a bad watcher");
        });
        Subscription subscription = engine.watch(told::incrementAndGet);

        engine.addRule(rule, 0);
        engine.operatorPolicy(Given.site(Given.instances(3)));
        engine.operatorPolicy(Given.site(Given.instances(3)));
        engine.removeRule(rule);
        engine.removeRule(rule);
        assertEquals(3, told.get());

        subscription.close();
        subscription.close();
        engine.operatorPolicy(OperatorPolicy.UNLIMITED);
        assertEquals(3, told.get());
    }

    @Test
    void admitsByThePolicyInForce() {
        var shop = Given.application("acme/shop:7", Resources.DEFAULT, SCALING);
        assertEquals(List.of(), engine.admit(shop));

        engine.operatorPolicy(Given.site(Given.instances(0)));
        assertNotEquals(List.of(), engine.admit(shop));
        assertNotSame(OperatorPolicy.UNLIMITED, engine.operatorPolicy());
    }

    private CompletableFuture<Desired> decided() {
        return engine.decide(Given.policies(SCALING), Given.demand(0, 150), Observed.NOTHING, clock.instant())
                .toCompletableFuture();
    }

    private static Desired get(CompletionStage<Desired> decision) {
        return decision.toCompletableFuture()
                .orTimeout(GENEROUS.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static long threadsOfTheEngine() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nearzero-policy"))
                .count();
    }
}
