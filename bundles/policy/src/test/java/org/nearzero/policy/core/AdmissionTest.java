package org.nearzero.policy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.policy.core.Given.application;
import static org.nearzero.policy.core.Given.cpu;
import static org.nearzero.policy.core.Given.instances;
import static org.nearzero.policy.core.Given.scaling;
import static org.nearzero.policy.core.Given.site;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Resources;

class AdmissionTest {
    private static final Application SHOP = application("acme/shop:7", Resources.DEFAULT, scaling(100, 5, 10, 30, 10));

    @Test
    void admitsEverythingWithoutBounds() {
        assertEquals(List.of(), Admission.admit(SHOP, OperatorPolicy.UNLIMITED));
    }

    @Test
    void admitsAMaximumBeyondTheCapsSinceItIsIntersected() {
        assertEquals(List.of(), Admission.admit(SHOP, site(instances(5))));
    }

    @Test
    void refusesAMinimumThatCanNeverBeHad() {
        assertEquals(
                List.of(
                        "serverlessPolicy.scaling.minInstances: 5 (expected: 0 to 4: operator's site cap of 2499m CPU)"),
                texts(SHOP, site(cpu(2_499))));
    }

    @Test
    void refusesAnInstanceBiggerThanACap() {
        Application big = application("acme/shop:7", new Resources(4_000, 1L << 30, 10), scaling(100, 1, 10, 30, 10));

        assertEquals(
                List.of(
                        "requiredResources.numCPU: 4000m (expected: at most 2000m CPU an instance: operator's application cap of 2000m CPU)",
                        "requiredResources.memory: 1 GiB (expected: at most 512 MiB memory an instance: operator's site cap of 512 MiB memory)"),
                texts(big, new OperatorPolicy(cpu(2_000), Cap.UNLIMITED, Given.memory(512L << 20), List.of())));
    }

    @Test
    void refusesEverythingWhereNothingMayRun() {
        assertEquals(
                List.of("appId: shop (expected: no application: operator's site cap of 0 instances)"),
                texts(SHOP, site(instances(0))));
    }

    @Test
    void reportsAllProblemsTogether() {
        OperatorPolicy strict =
                new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, instances(2), List.of("umbrella/*", "initech/*"));

        assertEquals(
                List.of(
                        "appRepo.imagePath: acme/shop:7 (expected: an image on the operator's allow-list: umbrella/*, initech/*)",
                        "serverlessPolicy.scaling.minInstances: 5 (expected: 0 to 2: operator's site cap of 2 instances)"),
                texts(SHOP, strict));
    }

    @Test
    void showsTheIntersectionOfBothPolicies() {
        assertEquals(
                new EffectiveScaling(5, 10, ""),
                EffectiveScaling.of(SHOP.policy().scaling(), OperatorPolicy.UNLIMITED, SHOP.resources()));
        assertEquals(
                new EffectiveScaling(4, 4, "operator's site cap of 2000m CPU"),
                EffectiveScaling.of(SHOP.policy().scaling(), site(cpu(2_000)), SHOP.resources()));
        assertEquals(
                new EffectiveScaling(0, 0, "operator's site cap of 0 instances"),
                EffectiveScaling.of(SHOP.policy().scaling(), site(instances(0)), SHOP.resources()));
    }

    private static List<String> texts(Application application, OperatorPolicy operator) {
        return Admission.admit(application, operator).stream()
                .map(Problem::toString)
                .toList();
    }
}
