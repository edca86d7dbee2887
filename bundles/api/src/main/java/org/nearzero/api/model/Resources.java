package org.nearzero.api.model;

/**
 * What one instance may use at most.
 *
 * @param cpuMillis thousandths of a CPU core, 10 to 1 024 000
 * @param memoryBytes bytes of memory, 4 MiB to 16 TiB
 * @param pids processes and threads, 1 to 1 000 000
 */
public record Resources(int cpuMillis, long memoryBytes, int pids) {
    private static final long MIB = 1024 * 1024;

    /** Half a core, 256 MiB, 512 processes. */
    public static final Resources DEFAULT = new Resources(500, 256 * MIB, 512);

    /** @throws InvalidInputException with every problem found */
    public Resources {
        Problems.check()
                .range("cpuMillis", cpuMillis, 10, 1_024_000)
                .range("memoryBytes", memoryBytes, 4 * MIB, 16 * MIB * MIB)
                .range("pids", pids, 1, 1_000_000)
                .throwIfAny();
    }
}
