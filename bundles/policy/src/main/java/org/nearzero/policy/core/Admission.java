package org.nearzero.policy.core;

import java.util.List;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.Usage;

/**
 * Whether an operator's policy lets an application in at all: one of which no instance could ever run is better refused when it
 * is handed over than when its first user connects. What others take at the moment does not matter here. A
 * {@code maxInstances} beyond the caps is no problem: it is intersected ({@link EffectiveScaling}).
 */
public final class Admission {
    private Admission() {}

    /** Every problem, with the fields as a manifest names them; empty if the application may be admitted. */
    public static List<Problem> admit(Application application, OperatorPolicy operator) {
        Problems problems = Problems.check();
        String image = application.artefact().imagePath();
        problems.expect(
                new ImageAllowList(operator.imageAllowList()).allows(image),
                "appRepo.imagePath",
                image,
                "an image on the operator's allow-list: " + String.join(", ", operator.imageAllowList()));
        int fewest = Integer.MAX_VALUE;
        for (Bound bound : Bound.all(operator, application.resources(), Usage.NONE, Usage.NONE)) {
            if (bound.fits() == 0) {
                tooBig(problems, application, bound);
            }
            fewest = Math.min(fewest, bound.fits());
        }
        int least = application.policy().scaling().minInstances();
        if (fewest > 0 && least > fewest) {
            String by = EffectiveScaling.of(application.policy().scaling(), operator, application.resources())
                    .boundBy();
            problems.add("serverlessPolicy.scaling.minInstances", least, "0 to " + fewest + ": " + by);
        }
        return problems.toList();
    }

    private static void tooBig(Problems problems, Application application, Bound bound) {
        Resources each = application.resources();
        String most = "at most " + bound.unit().text(bound.cap()) + " an instance: " + bound.text();
        switch (bound.unit()) {
            case INSTANCES -> problems.add("appId", application.appId(), "no application: " + bound.text());
            case CPU -> problems.add("requiredResources.numCPU", each.cpuMillis() + "m", most);
            case MEMORY -> problems.add("requiredResources.memory", Words.bytes(each.memoryBytes()), most);
        }
    }
}
