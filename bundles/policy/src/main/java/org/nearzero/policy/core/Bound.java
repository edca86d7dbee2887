package org.nearzero.policy.core;

import java.util.ArrayList;
import java.util.List;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.Usage;

/**
 * One bound of the operator's on one quantity.
 *
 * @param whose {@code application}, {@code provider} or {@code site}
 * @param unit the quantity
 * @param cap the most of it that they may have together
 * @param others what is taken already by others that share the cap
 * @param each what one instance takes
 */
record Bound(String whose, Unit unit, long cap, long others, long each) {
    /** What is bounded. */
    enum Unit {
        INSTANCES {
            @Override
            String text(long amount) {
                return Words.count(amount, "instance");
            }
        },
        CPU {
            @Override
            String text(long amount) {
                return amount + "m CPU";
            }
        },
        MEMORY {
            @Override
            String text(long amount) {
                return Words.bytes(amount) + " memory";
            }
        };

        abstract String text(long amount);
    }

    /** The bounds that there are: what is unlimited gives none. */
    static List<Bound> all(OperatorPolicy operator, Resources each, Usage providerOthers, Usage siteOthers) {
        List<Bound> bounds = new ArrayList<>();
        add(bounds, "application", operator.perApplication(), Usage.NONE, each);
        add(bounds, "provider", operator.perProvider(), providerOthers, each);
        add(bounds, "site", operator.site(), siteOthers, each);
        return bounds;
    }

    private static void add(List<Bound> bounds, String whose, Cap cap, Usage others, Resources each) {
        if (cap.instances() != Cap.UNLIMITED.instances()) {
            bounds.add(new Bound(whose, Unit.INSTANCES, cap.instances(), others.instances(), 1));
        }
        if (cap.cpuMillis() != Cap.UNLIMITED.cpuMillis()) {
            bounds.add(new Bound(whose, Unit.CPU, cap.cpuMillis(), others.cpuMillis(), each.cpuMillis()));
        }
        if (cap.memoryBytes() != Cap.UNLIMITED.memoryBytes()) {
            bounds.add(new Bound(whose, Unit.MEMORY, cap.memoryBytes(), others.memoryBytes(), each.memoryBytes()));
        }
    }

    /** How many instances fit in beside the others, at least 0. */
    int fits() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, cap - others) / each);
    }

    /**
     * How many instances the application may be asked to have. Its own that are ending still take what they took, so they keep
     * others from being started in their place; but they never cause another live one to be given up, or lowering a cap by one
     * would take the application to zero one slow stop after the other.
     */
    int room(int live, int ending) {
        int fits = fits();
        return Math.max(Math.min(fits, live), fits - ending);
    }

    /** The bound itself, for example {@code operator's site cap of 2000m CPU}. */
    String text() {
        return "operator's " + whose + " cap of " + unit.text(cap);
    }

    /** What others have of it, for example {@code " beside 500m CPU of others"}; nothing if they have nothing. */
    String beside() {
        return others == 0 ? "" : " beside " + unit.text(others) + " of others";
    }
}
