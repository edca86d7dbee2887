package org.nearzero.policy.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;

/** A rule that does what a test wants, and counts. */
final class TestRule implements PolicyRule {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger interrupts = new AtomicInteger();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    volatile UnaryOperator<Desired> behaviour;
    private final String name;

    TestRule(String name, UnaryOperator<Desired> behaviour) {
        this.name = name;
        this.behaviour = behaviour;
    }

    static UnaryOperator<Desired> plus(int more) {
        return proposed -> new Desired(proposed.instances() + more, "adds " + more, Optional.empty(), false);
    }

    /** Hangs until released, deaf to interrupts: the worst there is. */
    UnaryOperator<Desired> hanging(CountDownLatch release) {
        return proposed -> {
            while (true) {
                try {
                    release.await();
                    return proposed;
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
        calls.incrementAndGet();
        threads.add(Thread.currentThread());
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            return behaviour.apply(proposed);
        } finally {
            atOnce.decrementAndGet();
        }
    }
}
