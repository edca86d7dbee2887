package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Slots beside four plain fields. */
class SlotsPropertyTest {
    private static final int LIMIT = 3;

    /** The same in plain fields. */
    private static final class Model {
        int limit = LIMIT;
        int taken;
        boolean draining;
        boolean closed;

        boolean take() {
            boolean free = !closed && !draining && taken < limit;
            taken += free ? 1 : 0;
            return free;
        }

        boolean giveBack() {
            return --taken == 0 && draining;
        }

        boolean close() {
            closed |= taken == 0;
            return closed;
        }
    }

    /** One call on both, with the same outcome. */
    interface Call {
        void on(Slots slots, Model model);
    }

    @Property
    void theyDoWhatFourPlainFieldsDo(@ForAll("calls") List<Call> calls) {
        Slots slots = new Slots(LIMIT);
        Model model = new Model();
        for (Call call : calls) {
            call.on(slots, model);
            assertEquals(model.taken, slots.taken());
            assertEquals(model.limit, slots.limit());
            assertEquals(model.closed, slots.isClosed());
            assertEquals(!model.closed && !model.draining && model.taken < model.limit, slots.hasRoom());
        }
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        Arbitrary<Call> take = Arbitraries.just((slots, model) -> assertEquals(model.take(), slots.tryAcquire()));
        Arbitrary<Call> giveBack = Arbitraries.just((slots, model) -> {
            if (model.taken == 0) {
                assertThrows(IllegalStateException.class, slots::release);
            } else {
                assertEquals(model.giveBack(), slots.release());
            }
        });
        Arbitrary<Call> close = Arbitraries.just((slots, model) -> assertEquals(model.close(), slots.close()));
        Arbitrary<Call> configure = Arbitraries.integers().between(1, 5).flatMap(limit -> Arbitraries.of(true, false)
                .map(draining -> (slots, model) -> {
                    model.limit = limit;
                    model.draining = draining;
                    slots.configure(limit, draining);
                }));
        return Arbitraries.frequencyOf(
                        Tuple.of(6, take), Tuple.of(5, giveBack), Tuple.of(1, close), Tuple.of(2, configure))
                .list()
                .ofMaxSize(60);
    }
}
