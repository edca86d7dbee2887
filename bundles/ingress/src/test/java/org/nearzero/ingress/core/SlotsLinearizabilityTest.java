package org.nearzero.ingress.core;

import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.Test;

/** Whatever threads do with slots at once, it is as if they had done it one after the other. */
public class SlotsLinearizabilityTest {
    private final Slots slots = new Slots(2);

    @Operation
    public boolean take() {
        return slots.tryAcquire();
    }

    @Operation
    public boolean giveBack() {
        return slots.release();
    }

    @Operation
    public boolean close() {
        return slots.close();
    }

    @Operation
    public void drain() {
        slots.configure(2, true);
    }

    @Operation
    public void narrow() {
        slots.configure(1, false);
    }

    @Operation
    public int taken() {
        return slots.taken();
    }

    @Test
    void inEveryInterleavingOfSwitchedThreads() {
        LinChecker.check(
                SlotsLinearizabilityTest.class,
                new ModelCheckingOptions()
                        .iterations(6)
                        .invocationsPerIteration(200)
                        .threads(2)
                        .actorsPerThread(4));
    }

    @Test
    void onRealThreads() {
        LinChecker.check(
                SlotsLinearizabilityTest.class,
                new StressOptions()
                        .iterations(5)
                        .invocationsPerIteration(300)
                        .threads(2)
                        .actorsPerThread(3));
    }
}
