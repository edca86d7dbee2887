package org.nearzero.orchestrator.core;

import java.time.Duration;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.ReadinessPolicy;

/** Something to be done, in the order given. What comes of it is told by an {@link Event}. */
public sealed interface Effect {
    /** Have a driver start an instance. Answer: started or start failed; none once it was given up. */
    record Start(String driver, InstanceSpec spec) implements Effect {}

    /** Have a driver stop an instance. Answer: stopped or stop failed. */
    record Stop(String driver, AppInstanceId instance, Duration grace) implements Effect {}

    /** Probe an instance, over and over, until it answers or {@link EndProbe}. Answer: probe answered. */
    record Probe(AppInstanceId instance, Endpoint endpoint, ReadinessPolicy readiness) implements Effect {}

    /** Stop probing an instance. */
    record EndProbe(AppInstanceId instance) implements Effect {}

    /** Have the ingress close an instance if it is empty. Answer: retire answered. */
    record Retire(AppInstanceId instance) implements Effect {}

    /** Give the ingress these routes. */
    record Route(Routes routes) implements Effect {}

    /** Have the ingress break the connections that are relayed still. */
    record BreakRelayed() implements Effect {}

    /** Have the ingress forget the application. */
    record Withdraw(String reason) implements Effect {}

    /** An instance is gone: should it turn up once more, it is to be stopped, not adopted. */
    record Depart(AppInstanceId instance) implements Effect {}

    /** Tell the log about a change of an instance's state. */
    record Tell(boolean warn, AppInstanceId instance, String change, String reason) implements Effect {}
}
