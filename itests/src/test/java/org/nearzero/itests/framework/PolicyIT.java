package org.nearzero.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.time.Instant;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.itests.thirdparty.OneMoreRule;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Policy in a running framework: third parties' rules come and go, and the operator's bounds change, while decisions are made. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PolicyIT extends FrameworkTestBase {
    private static final String PID = "org.nearzero.policy";

    @Test
    public void aThirdPartysBundleTakesPartInDecisionsForAsLongAsItIsInstalled() throws Exception {
        PolicyEngine engine = service(PolicyEngine.class);
        assertEquals(1, decide(engine).instances());
        Bundle thirdParty = context.installBundle(
                "memory:one-more", ThirdPartyBundle.of(OneMoreRule.class, "policy", "ingress", "model"));
        try {
            thirdParty.start();
            await("the rule takes part", () -> decide(engine).instances() == 2);
            assertTrue(decide(engine).reason(), decide(engine).reason().contains("one more"));
        } finally {
            thirdParty.uninstall();
        }
        await("the rule is gone", () -> decide(engine).instances() == 1);
    }

    @Test
    public void theOperatorsBoundsChangeWhileItRuns() throws Exception {
        PolicyEngine engine = service(PolicyEngine.class);
        Configuration configuration = service(ConfigurationAdmin.class).getConfiguration(PID, "?");
        Dictionary<String, Object> before = configuration.getProperties();
        try {
            configuration.update(properties("site.maxInstances", 0));
            await("the cap is in force", () -> engine.operatorPolicy().site().instances() == 0);
            Desired capped = decide(engine);
            assertEquals(0, capped.instances());
            assertTrue(capped.toString(), capped.capped());
        } finally {
            configuration.update(before);
        }
        await("the cap is lifted", () -> decide(engine).instances() == 1);
    }

    @Test
    public void aWrongConfigurationLeavesTheOneBeforeInForce() throws Exception {
        PolicyEngine engine = service(PolicyEngine.class);
        Configuration configuration = service(ConfigurationAdmin.class).getConfiguration(PID, "?");
        Dictionary<String, Object> before = configuration.getProperties();
        try {
            configuration.update(properties("site.maxInstances", 7));
            await("the first is in force", () -> engine.operatorPolicy().site().instances() == 7);
            configuration.update(properties("site.maxInstances", -5));
            configuration.update(properties("sites.maxInstances", 5));
            configuration.update(properties("provider.maxInstances", 3));
            await(
                    "the last is in force",
                    () -> engine.operatorPolicy().perProvider().instances() == 3);
            assertEquals(List.of(engine), List.of(service(PolicyEngine.class)));
        } finally {
            configuration.update(before);
        }
    }

    private static Desired decide(PolicyEngine engine) throws Exception {
        AppId app = new AppId("shop");
        Demand oneWaits = new Demand(app, 0, 1, 0, 1, 1, Map.of(), List.of());
        Policies policies = new Policies(
                ScalingPolicy.DEFAULT,
                engine.operatorPolicy(),
                "acme/shop:7",
                Resources.DEFAULT,
                Usage.NONE,
                Usage.NONE);
        return engine.decide(policies, oneWaits, Observed.NOTHING, Instant.EPOCH)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static Dictionary<String, Object> properties(String key, Object value) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(key, value);
        return properties;
    }
}
