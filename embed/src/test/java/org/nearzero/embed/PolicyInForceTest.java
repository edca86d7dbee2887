package org.nearzero.embed;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;

@Timeout(120)
class PolicyInForceTest {
    private static final AppId VICTIM = new AppId("victim");
    private static final AppId HEALTHY = new AppId("healthy");

    /** Wants everything there is for one of the applications. */
    private static final class Greedy implements PolicyRule {
        @Override
        public String name() {
            return "greedy";
        }

        @Override
        public Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
            return demand.appId().equals(VICTIM)
                    ? new Desired(Integer.MAX_VALUE, "more", Optional.empty(), false)
                    : proposed;
        }
    }

    @Test
    void aGreedyRuleCostsItsApplicationTheDevelopersMaximumAndNobodyElseAnything() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FakeDriver driver = new FakeDriver("fake", backend.getLocalPort());
            try (Nearzero nearzero =
                    Nearzero.builder().driver(driver).policyRule(new Greedy()).start()) {
                apply(nearzero, VICTIM, 0);
                apply(nearzero, HEALTHY, 1);

                // Ready, since one that is only ordered may not have reached the driver.
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> status(nearzero, VICTIM).instances().stream()
                                        .filter(instance -> instance.status() == AppInstanceStatus.READY)
                                        .count()
                                == 5);
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> status(nearzero, HEALTHY).state() == State.SERVING);
                assertEquals(6, driver.running.size());
                assertTrue(
                        status(nearzero, VICTIM).desired().reason().contains("(asked for 2147483647, maxInstances 5)"));
            }
        }
    }

    @Test
    void anImageThatIsTakenOffTheAllowListDrainsAndTheStatusSaysWhy() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FakeDriver driver = new FakeDriver("fake", backend.getLocalPort());
            try (Nearzero nearzero = Nearzero.builder().driver(driver).start()) {
                apply(nearzero, HEALTHY, 1);
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> status(nearzero, HEALTHY).state() == State.SERVING);

                nearzero.operatorPolicy(allowing("corp/*"));
                await().atMost(60, TimeUnit.SECONDS).until(driver.running::isEmpty);
                await().atMost(60, TimeUnit.SECONDS).until(() -> status(nearzero, HEALTHY)
                        .desired()
                        .reason()
                        .startsWith("0 instead of 1: image acme/shop:1 is not on the operator's allow-list"));

                nearzero.operatorPolicy(allowing("acme/*"));
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> status(nearzero, HEALTHY).state() == State.SERVING);
            }
        }
    }

    private static OperatorPolicy allowing(String images) {
        return new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, Cap.UNLIMITED, List.of(images));
    }

    private static ApplicationStatus status(Nearzero nearzero, AppId appId) {
        return nearzero.orchestrator().status(appId).orElseThrow();
    }

    private static void apply(Nearzero nearzero, AppId appId, int minInstances) {
        ScalingPolicy defaults = ScalingPolicy.DEFAULT;
        ScalingPolicy scaling = new ScalingPolicy(
                10, minInstances, 5, Duration.ZERO, Duration.ZERO, defaults.startupDeadline(), defaults.queue());
        Application application = new Application(
                appId,
                "acme",
                "1",
                new Artefact("acme/shop:1"),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch(appId + ".example", "/")), scaling));
        nearzero.orchestrator()
                .apply(application)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
