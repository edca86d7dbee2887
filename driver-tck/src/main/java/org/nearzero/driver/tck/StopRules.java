package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/** STOP-1 to STOP-5. */
abstract class StopRules extends StartRules {
    @Test
    @DisplayName("STOP-1 a stopped instance is not listed and its endpoint refuses connections")
    void stoppedInstanceIsGone() {
        Rule rule = rule("STOP-1");
        InstanceSpec spec = servingOrder();
        Endpoint endpoint = endpoint(rule, serving(rule, spec));
        stopped(rule, spec.appInstanceId());
        isGone(rule, spec.appInstanceId(), endpoint);
    }

    private void isGone(Rule rule, AppInstanceId instance, Endpoint endpoint) {
        Map<AppInstanceId, DriverInstance> listed = listed(rule, driver, pop);
        rule.holds(
                !listed.containsKey(instance),
                instance + " is not listed after its stop",
                listed.toString(),
                "complete the stop only when the instance is removed");
        rule.becomes(
                () -> Caller.refused(endpoint),
                refused -> refused,
                endpoint + " refuses connections (true)",
                "end the process, and whatever forwards to it, before the stop completes");
    }

    @Test
    @DisplayName("STOP-2 stopping what does not exist, or stopping twice, succeeds")
    void stoppingTwiceSucceeds() {
        Rule rule = rule("STOP-2");
        String advice = "treat 'no such instance' as done";
        AppInstanceId unknown = new AppInstanceId(APP + "." + random(12));
        rule.completes(driver.stop(unknown, GRACE), "stop of what never existed", advice);
        InstanceSpec spec = servingOrder();
        serving(rule, spec);
        stopped(rule, spec.appInstanceId());
        rule.completes(driver.stop(spec.appInstanceId(), GRACE), "second stop", advice);
        InstanceSpec other = servingOrder();
        serving(rule, other);
        var one = driver.stop(other.appInstanceId(), GRACE);
        var two = driver.stop(other.appInstanceId(), GRACE);
        rule.completes(one, "stop", advice);
        rule.completes(two, "stop while a stop is under way", advice);
    }

    @Test
    @DisplayName("STOP-3 a process that ignores the request is killed after the grace, not before")
    void ignoredRequestIsFollowedByAKill() throws Exception {
        Rule rule = rule("STOP-3");
        Duration grace = Duration.ofMillis(1_700);
        InstanceSpec spec = order(underTest.ignoringTermination());
        Endpoint endpoint = endpoint(rule, serving(rule, spec));
        long before = System.nanoTime();
        rule.completes(
                driver.stop(spec.appInstanceId(), grace),
                "stop of a process that ignores SIGTERM, grace " + grace.toMillis() + " ms",
                "send SIGKILL when the grace has passed");
        long tookMillis = (System.nanoTime() - before) / 1_000_000;
        // 50 ms for engines that count a grace in coarser steps or with another clock
        rule.holds(
                tookMillis >= grace.toMillis() - 50,
                "the process has its whole grace of " + grace.toMillis() + " ms",
                "it was gone after " + tookMillis + " ms",
                "ask with SIGTERM first, and wait; round a grace up, never down");
        isGone(rule, spec.appInstanceId(), endpoint);
    }

    @Test
    @DisplayName("STOP-4 an exited or paused instance can be stopped")
    void exitedOrPausedInstanceCanBeStopped() throws Exception {
        Rule rule = rule("STOP-4");
        InstanceSpec dead = servingOrder();
        DriverInstance instance = serving(rule, dead);
        underTest.kill(instance);
        awaitListed(rule, dead.appInstanceId(), InstanceState.EXITED);
        stopped(rule, dead.appInstanceId());
        isGone(rule, dead.appInstanceId(), endpoint(rule, instance));
        if (underTest.optionalInterfaces().contains(SupportsPause.class)) {
            InstanceSpec frozen = servingOrder();
            DriverInstance paused = serving(rule, frozen);
            rule.completes(as(rule, driver, SupportsPause.class).pause(frozen.appInstanceId()), "pause", "see PAUSE-1");
            rule.completes(
                    driver.stop(frozen.appInstanceId(), GRACE),
                    "stop of a paused instance",
                    "thaw it first where the engine wants that; a frozen process does not see SIGTERM");
            isGone(rule, frozen.appInstanceId(), endpoint(rule, paused));
        }
    }

    DriverInstance awaitListed(Rule rule, AppInstanceId instance, InstanceState state) {
        return rule.becomes(
                        () -> listed(rule, driver, pop),
                        listed -> listed.containsKey(instance)
                                && listed.get(instance).state() == state,
                        instance + " is listed " + state,
                        "list what exists in any state, and read the state from the engine")
                .get(instance);
    }

    @Test
    @DisplayName("STOP-5 no process and nothing else of a stopped instance remains")
    void nothingRemains() throws Exception {
        Rule rule = rule("STOP-5");
        InstanceSpec spec = servingOrder();
        serving(rule, spec);
        remainsWhileItRuns(rule, spec.appInstanceId());
        stopped(rule, spec.appInstanceId());
        nothingRemainsOf(rule, spec.appInstanceId(), "a stop");

        InstanceSpec deaf = order(underTest.ignoringTermination());
        serving(rule, deaf);
        rule.completes(driver.stop(deaf.appInstanceId(), Duration.ZERO), "stop with no grace", "see STOP-3");
        nothingRemainsOf(rule, deaf.appInstanceId(), "a stop by force");

        InstanceSpec dead = servingOrder();
        underTest.kill(serving(rule, dead));
        awaitListed(rule, dead.appInstanceId(), InstanceState.EXITED);
        stopped(rule, dead.appInstanceId());
        nothingRemainsOf(rule, dead.appInstanceId(), "a stop of an exited instance");
    }

    private void remainsWhileItRuns(Rule rule, AppInstanceId instance) throws Exception {
        List<String> remains = underTest.remains(instance);
        rule.holds(
                !remains.isEmpty(),
                "remains() sees something of an instance that runs",
                "nothing",
                "repair remains(): if it sees nothing now, it proves nothing after the stop");
    }

    private void nothingRemainsOf(Rule rule, AppInstanceId instance, String after) throws Exception {
        List<String> remains = underTest.remains(instance);
        rule.holds(
                remains.isEmpty(),
                "nothing remains after " + after,
                remains.toString(),
                "remove all that was made for the instance, its descendants included, before the stop completes");
    }
}
