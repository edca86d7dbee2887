package org.nearzero.api.model;

/**
 * The most that something may have at one point of presence.
 *
 * @param instances instances, at least 0
 * @param cpuMillis thousandths of a CPU core in sum, at least 0
 * @param memoryBytes bytes of memory in sum, at least 0
 */
public record Cap(int instances, long cpuMillis, long memoryBytes) {
    /** No bound. */
    public static final Cap UNLIMITED = new Cap(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** @throws InvalidInputException with every problem found */
    public Cap {
        Problems.check()
                .range("instances", instances, 0, Long.MAX_VALUE)
                .range("cpuMillis", cpuMillis, 0, Long.MAX_VALUE)
                .range("memoryBytes", memoryBytes, 0, Long.MAX_VALUE)
                .throwIfAny();
    }

    /** How many instances of the given size fit into this cap beside what is {@code used} already; at least 0. */
    public int roomFor(Resources each, Usage used) {
        long byCount = (long) instances - used.instances();
        long byCpu = cpuMillis == Long.MAX_VALUE ? Long.MAX_VALUE : (cpuMillis - used.cpuMillis()) / each.cpuMillis();
        long byMemory = memoryBytes == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : (memoryBytes - used.memoryBytes()) / each.memoryBytes();
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Math.min(byCount, Math.min(byCpu, byMemory))));
    }
}
