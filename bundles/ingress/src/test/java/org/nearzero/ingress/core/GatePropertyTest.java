package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Refuse;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.QueuePolicy;

/** A gate beside a simple model of it, through any sequence of what may happen. */
class GatePropertyTest {
    @Property(tries = 1500)
    void aGateDoesWhatItsModelDoes(@ForAll("histories") List<Happening> history) {
        GateModel model = new GateModel();
        for (Happening happening : history) {
            happening.what.accept(model);
            model.check();
        }
        model.endAll();
        model.check();
        assertEquals(0, model.gate.demand().connections());
        assertEquals(0, model.gate.demand().relayed());
        assertEquals(0, model.gate.demand().sessions());
    }

    /** Something that happens to a gate and its model. */
    record Happening(String text, Consumer<GateModel> what) {
        @Override
        public String toString() {
            return text;
        }
    }

    @Provide
    Arbitrary<List<Happening>> histories() {
        return Arbitraries.frequencyOf(
                        Tuple.of(12, arrivals()),
                        Tuple.of(7, picks("release", GateModel::release)),
                        Tuple.of(4, picks("release relayed", GateModel::releaseRelayed)),
                        Tuple.of(2, picks("move relayed", GateModel::moveRelayed)),
                        Tuple.of(1, Arbitraries.just(new Happening("break", GateModel::breakRelayed))),
                        Tuple.of(2, picks("abandon", GateModel::abandon)),
                        Tuple.of(2, picks("move", GateModel::move)),
                        Tuple.of(5, routes()),
                        Tuple.of(2, picks("retire", GateModel::retire)),
                        Tuple.of(1, picks("avoid", GateModel::avoid)),
                        Tuple.of(3, Arbitraries.just(new Happening("read", GateModel::read))),
                        Tuple.of(1, Arbitraries.just(new Happening("withdraw", GateModel::withdraw))),
                        Tuple.of(4, passing()))
                .list()
                .ofMinSize(10)
                .ofMaxSize(80);
    }

    private interface Pick {
        void on(GateModel model, int which);
    }

    private static Arbitrary<Happening> picks(String name, Pick pick) {
        return Arbitraries.integers().between(0, 7).map(n -> new Happening(name + " " + n, model -> pick.on(model, n)));
    }

    private static Arbitrary<Happening> arrivals() {
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.integers().between(0, 40))
                .as((device, weight) ->
                        new Happening("arrive " + device + " " + weight, model -> model.arrive(device, weight)));
    }

    private static Arbitrary<Happening> passing() {
        return Arbitraries.of(1, 30, 70, 200, 5_000)
                .map(millis -> new Happening("pass " + millis, model -> model.pass(Duration.ofMillis(millis))));
    }

    private static Arbitrary<Happening> routes() {
        Arbitrary<List<Target>> targets = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(Admission.OPEN, Admission.OPEN, Admission.DRAINING))
                .as(Given::target)
                .list()
                .uniqueElements(Target::appInstanceId)
                .ofMaxSize(4);
        Arbitrary<QueuePolicy> queues = Combinators.combine(
                        Arbitraries.of(0, 1, 3, 10),
                        Arbitraries.of(0L, 50L, 1_000L),
                        Arbitraries.of(10, 50, 200).map(Duration::ofMillis))
                .as(QueuePolicy::new);
        return Combinators.combine(
                        Arbitraries.of(-1, 0, 1, 1, 1),
                        Arbitraries.integers().between(1, 3),
                        queues,
                        Arbitraries.of(10, 60, 300).map(Duration::ofMillis),
                        Arbitraries.of(-1, -1, -1, 0, 40, -10, -10, -11),
                        targets)
                .as((step, limit, queue, idle, otherwise, open) -> new Happening(
                        "route " + step + " limit " + limit + " " + queue + " idle " + idle + " otherwise " + otherwise
                                + " " + open,
                        model -> model.route(step, limit, queue, idle, now -> otherwise(otherwise, now), open)));
    }

    /** At least 0: refuses for so many milliseconds; -10 and below: relays; else parks. */
    private static Otherwise otherwise(int code, Instant now) {
        if (code >= 0) {
            return new Refuse("broken", now.plusMillis(code));
        }
        return code <= -10 ? Given.relay(code + 20) : new Park();
    }
}
