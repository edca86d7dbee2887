package org.nearzero.itests.thirdparty;

import java.time.Instant;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A third party's rule, as the only class of a third party's bundle: one instance more than proposed. */
public final class OneMoreRule implements PolicyRule, BundleActivator {
    @Override
    public String name() {
        return "one-more";
    }

    @Override
    public Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
        return new Desired(proposed.instances() + 1, "one more", proposed.wakeAt(), proposed.capped());
    }

    @Override
    public void start(BundleContext context) {
        context.registerService(PolicyRule.class, this, null);
    }

    @Override
    public void stop(BundleContext context) {
        // the framework takes back what a bundle registered
    }
}
