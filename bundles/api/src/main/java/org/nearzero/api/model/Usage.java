package org.nearzero.api.model;

/**
 * What some instances take together at one point of presence.
 *
 * @param instances how many, at least 0
 * @param cpuMillis the sum of their CPU limits, in thousandths of a core
 * @param memoryBytes the sum of their memory limits
 */
public record Usage(int instances, long cpuMillis, long memoryBytes) {
    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, 0);

    /** @throws InvalidInputException with every problem found */
    public Usage {
        Problems.check()
                .range("instances", instances, 0, Long.MAX_VALUE)
                .range("cpuMillis", cpuMillis, 0, Long.MAX_VALUE)
                .range("memoryBytes", memoryBytes, 0, Long.MAX_VALUE)
                .throwIfAny();
    }

    /** What {@code count} instances of the given size take. */
    public static Usage of(int count, Resources each) {
        return new Usage(count, (long) count * each.cpuMillis(), count * each.memoryBytes());
    }

    /** Both together. */
    public Usage plus(Usage other) {
        return new Usage(instances + other.instances, cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }
}
