package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** LIST-1 to WATCH-4. */
abstract class LedgerRules extends StopRules {
    private final PopId otherPop = new PopId(pop + "-b");

    @Test
    @DisplayName("LIST-1 the list holds what was started and not stopped, exited ones included, of this PoP only")
    void listHoldsWhatWasStartedAndNotStopped() throws Exception {
        Rule rule = rule("LIST-1");
        lists(rule, pop, Set.of());
        InstanceSpec stays = servingOrder();
        InstanceSpec stops = servingOrder();
        InstanceSpec dies = servingOrder();
        InstanceSpec elsewhere = order(otherPop, underTest.serving(List.of()), Map.of());
        started(rule, stays);
        started(rule, stops);
        DriverInstance dying = serving(rule, dies);
        started(rule, elsewhere);
        lists(rule, pop, Set.of(stays.appInstanceId(), stops.appInstanceId(), dies.appInstanceId()));
        lists(rule, otherPop, Set.of(elsewhere.appInstanceId()));
        underTest.kill(dying);
        awaitListed(rule, dies.appInstanceId(), InstanceState.EXITED);
        stopped(rule, stops.appInstanceId());
        lists(rule, pop, Set.of(stays.appInstanceId(), dies.appInstanceId()));
        stopped(rule, dies.appInstanceId());
        lists(rule, pop, Set.of(stays.appInstanceId()));
        lists(rule, otherPop, Set.of(elsewhere.appInstanceId()));
    }

    private void lists(Rule rule, PopId where, Set<AppInstanceId> expected) {
        Map<AppInstanceId, DriverInstance> listed = listed(rule, driver, where);
        rule.holds(
                listed.keySet().equals(expected),
                "list of " + where + " holds " + expected,
                listed.toString(),
                "list by the labels of instance and PoP, exited instances included");
    }

    @Test
    @DisplayName("LIST-2 a new driver object lists the same instances with the same names and endpoints")
    void newDriverObjectListsTheSame() throws Exception {
        Rule rule = rule("LIST-2");
        InstanceSpec spec = servingOrder();
        DriverInstance known = serving(rule, spec);
        Endpoint endpoint = endpoint(rule, known);
        close(driver);
        driver = newDriver();
        DriverInstance found = listed(rule, driver, pop).get(spec.appInstanceId());
        String advice =
                "read names and endpoint from the labels of what runs, not from memory; closing a driver object must "
                        + "leave its instances alone";
        rule.holds(
                found != null
                        && found.state() == InstanceState.RUNNING
                        && found.endpoint().equals(known.endpoint())
                        && found.createdAt().equals(known.createdAt()),
                "a new driver object lists " + known,
                String.valueOf(found),
                advice);
        carriesNames(rule, spec, found);
        awaitServing(rule, endpoint);
        Ear ear = listen(pop);
        underTest.kill(found);
        rule.becomes(
                () -> ear.exits(spec.appInstanceId()),
                exits -> !exits.isEmpty(),
                "the new driver object notices the death of an instance that it did not start",
                "watch what is found at start-up, too");
        stopped(rule, spec.appInstanceId());
        lists(rule, pop, Set.of());
    }

    @Test
    @DisplayName("LIST-3 an engine that cannot be reached fails with ENGINE_UNAVAILABLE, never with an empty list")
    void unreachableEngineIsNotAnEmptyList() throws Exception {
        Rule rule = rule("LIST-3");
        ContainerDriver cutOff = underTest.unreachable();
        try {
            rule.fails(
                    cutOff.list(pop),
                    DriverException.Code.ENGINE_UNAVAILABLE,
                    "list with no engine there",
                    "an empty list makes the orchestrator start everything a second time: fail instead");
        } finally {
            close(cutOff);
        }
    }

    @Test
    @DisplayName("WATCH-1 an instance that dies by itself is reported EXITED within a second")
    void deathIsReported() throws Exception {
        Rule rule = rule("WATCH-1");
        Ear ear = listen(pop);
        InstanceSpec killed = servingOrder();
        underTest.kill(serving(rule, killed));
        hearsExit(rule, ear, killed.appInstanceId(), "killed from outside");

        InstanceSpec ends = servingOrder();
        Endpoint endpoint = endpoint(rule, serving(rule, ends));
        try {
            Caller.get(endpoint, underTest.exitPath(7));
        } catch (java.io.IOException e) {
            // expected: it may end without an answer
        }
        DriverInstance exit = hearsExit(rule, ear, ends.appInstanceId(), "ended by itself with code 7");
        rule.holds(
                exit.detail().matches("(?s).*\\b7\\b.*"),
                "the detail holds exit code 7",
                "'" + exit.detail() + "'",
                "put the exit code into the detail");
    }

    private DriverInstance hearsExit(Rule rule, Ear ear, AppInstanceId instance, String how) {
        rule.becomes(
                underTest.deathNotice(),
                () -> ear,
                heard -> !heard.exits(instance).isEmpty(),
                "changed(EXITED) for " + instance + ", which was " + how,
                "listen to the engine's events, or wait on the process; do not poll");
        return ear.exits(instance).get(0);
    }

    @Test
    @DisplayName("WATCH-2 removed follows a stop, and only the PoP's own listeners hear of it")
    void removedFollowsAStop() {
        Rule rule = rule("WATCH-2");
        Ear elsewhere = listen(otherPop);
        Ear ear = listen(pop);
        InstanceSpec spec = servingOrder();
        serving(rule, spec);
        stopped(rule, spec.appInstanceId());
        rule.becomes(
                () -> ear,
                heard -> heard.heardRemovalOf(spec.appInstanceId()),
                "removed(" + spec.appInstanceId() + ") after its stop",
                "tell the listeners once the instance does not exist any more, whoever removed it");
        rule.holds(
                !elsewhere.heardOf(spec.appInstanceId()),
                "a listener of " + otherPop + " hears nothing of an instance of " + pop,
                elsewhere.toString(),
                "tell only the listeners of the instance's PoP");
    }

    @Test
    @DisplayName("WATCH-3 nothing is told once the subscription is closed")
    void closedSubscriptionIsSilent() {
        Rule rule = rule("WATCH-3");
        Ear closed = new Ear();
        Subscription subscription = listen(pop, closed);
        Ear open = listen(pop);
        InstanceSpec first = servingOrder();
        InstanceSpec second = servingOrder();
        serving(rule, first);
        serving(rule, second);
        subscription.close();
        subscription.close();
        for (InstanceSpec spec : List.of(first, second)) {
            stopped(rule, spec.appInstanceId());
            rule.becomes(
                    () -> open,
                    heard -> heard.heardRemovalOf(spec.appInstanceId()),
                    "a listener that is still open hears removed(" + spec.appInstanceId() + ")",
                    "closing one subscription, even twice, must not close another");
        }
        rule.holds(
                !closed.heardRemovalOf(first.appInstanceId()) && !closed.heardRemovalOf(second.appInstanceId()),
                "a closed subscription tells nothing",
                closed.toString(),
                "take the listener out when its subscription is closed");
    }

    @Test
    @DisplayName("WATCH-4 a listener that throws does not keep the others from hearing")
    void throwingListenerHurtsNobody() throws Exception {
        Rule rule = rule("WATCH-4");
        listen(pop, new Thrower());
        Ear ear = listen(pop);
        listen(pop, new Thrower());
        String advice = "guard every call of a listener by itself; catch RuntimeException and go on";
        InstanceSpec spec = servingOrder();
        DriverInstance instance = rule.completes(driver.start(spec), "start with a listener that throws", advice);
        awaitServing(rule, endpoint(rule, instance));
        underTest.kill(instance);
        rule.becomes(
                () -> ear,
                heard -> !heard.exits(spec.appInstanceId()).isEmpty(),
                "changed(EXITED) reaches the listener between two that throw",
                advice);
        rule.completes(driver.stop(spec.appInstanceId(), Duration.ZERO), "stop with a listener that throws", advice);
        rule.becomes(
                () -> ear,
                heard -> heard.heardRemovalOf(spec.appInstanceId()),
                "removed reaches the listener between two that throw",
                advice);
    }

    private static final class Thrower implements DriverListener {
        @Override
        public void changed(DriverInstance instance) {
            throw new IllegalStateException("a listener that throws");
        }

        @Override
        public void removed(AppInstanceId instance) {
            throw new IllegalStateException("a listener that throws");
        }

        @Override
        public void resync() {
            throw new IllegalStateException("a listener that throws");
        }

        @Override
        public void unavailable(String reason) {
            throw new IllegalStateException("a listener that throws");
        }
    }
}
