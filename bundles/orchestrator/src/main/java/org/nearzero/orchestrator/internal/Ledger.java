package org.nearzero.orchestrator.internal;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.Usage;

/**
 * What all applications together take of what the operator allows, kept as sums so that a decision costs the same with ten
 * applications and with ten thousand; and who waits for some of it. Belongs to the loop's thread.
 */
final class Ledger {
    private final Map<String, Usage> providers = new HashMap<>();
    private final Set<Slot> hungry = new LinkedHashSet<>();
    private Usage site = Usage.NONE;

    /** Enters what an application takes now. @return whether that is less than before in any respect */
    boolean account(Slot slot, Usage now, String provider) {
        Usage before = slot.accounted;
        if (before.equals(now) && slot.provider.equals(provider)) {
            return false;
        }
        site = minus(site, before).plus(now);
        Usage rest = minus(providers.getOrDefault(slot.provider, Usage.NONE), before);
        if (rest.equals(Usage.NONE)) {
            providers.remove(slot.provider);
        } else {
            providers.put(slot.provider, rest);
        }
        if (!now.equals(Usage.NONE)) {
            providers.merge(provider, now, Usage::plus);
        }
        slot.accounted = now;
        slot.provider = provider;
        return now.instances() < before.instances()
                || now.cpuMillis() < before.cpuMillis()
                || now.memoryBytes() < before.memoryBytes();
    }

    /** What the other applications of its provider take. */
    Usage providerOthers(Slot slot, String provider) {
        Usage all = providers.getOrDefault(provider, Usage.NONE);
        return slot.provider.equals(provider) ? minus(all, slot.accounted) : all;
    }

    /** What all other applications take. */
    Usage siteOthers(Slot slot) {
        return minus(site, slot.accounted);
    }

    /** How many more instances of that size an application may have before one of the operator's caps is reached. */
    int room(Slot slot, OperatorPolicy operator, Resources each, String provider) {
        int own = operator.perApplication().roomFor(each, slot.accounted);
        int providers = operator.perProvider()
                .roomFor(each, providerOthers(slot, provider).plus(slot.accounted));
        return Math.min(own, Math.min(providers, operator.site().roomFor(each, site)));
    }

    /** Notes whether an application waits for room. Those who wait keep their place in line. */
    void hungry(Slot slot, boolean waits) {
        if (waits) {
            hungry.add(slot);
        } else {
            hungry.remove(slot);
        }
    }

    /** Those who wait for room, longest first. */
    List<Slot> hungry() {
        return List.copyOf(hungry);
    }

    private static Usage minus(Usage from, Usage what) {
        return new Usage(
                from.instances() - what.instances(),
                from.cpuMillis() - what.cpuMillis(),
                from.memoryBytes() - what.memoryBytes());
    }
}
