package org.nearzero.drivers.docker.core;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a container ended.
 *
 * @param exitCode 0 to 255; 128 + n where signal n ended it
 * @param outOfMemory whether the kernel killed in it because its memory limit was reached
 * @param memoryLimit that limit in bytes; 0 for not known
 * @param error the engine's own words, where it could not even run it; may be empty
 * @param lastOutput the last lines that it wrote, oldest first
 */
public record Ending(int exitCode, boolean outOfMemory, long memoryLimit, String error, List<String> lastOutput) {
    private static final int MAX_OUTPUT = 1_000;
    private static final long MIB = 1024 * 1024;

    public Ending {
        requireNonNull(error, "error");
        lastOutput = List.copyOf(lastOutput);
    }

    /** For people: cause first, then what to do: look at the last output, cut to a thousand characters, or make it talk. */
    public String detail() {
        StringBuilder text = new StringBuilder();
        if (outOfMemory) {
            text.append("out of memory: killed at its limit");
            if (memoryLimit > 0) {
                text.append(" of ").append(memoryLimit / MIB).append(" MiB");
            }
            text.append(" (raise requiredResources or make it need less), ");
        }
        text.append("exit code ").append(exitCode).append(signal());
        if (!error.isBlank()) {
            text.append(", ").append(error.strip());
        }
        String output = String.join(" | ", lastOutput).strip();
        if (!output.isEmpty()) {
            int start = Math.max(0, output.length() - MAX_OUTPUT);
            text.append("; look at its last output: ")
                    .append(start > 0 ? "..." : "")
                    .append(output, start, output.length());
        } else if (!outOfMemory && error.isBlank()) {
            text.append("; it wrote nothing: run its image by hand (`docker run`) to see why");
        }
        return text.toString();
    }

    private String signal() {
        return switch (exitCode) {
            case 126 -> " (not executable)";
            case 127 -> " (command not found)";
            case 134 -> " (SIGABRT)";
            case 137 -> " (SIGKILL)";
            case 139 -> " (SIGSEGV)";
            case 143 -> " (SIGTERM)";
            default -> "";
        };
    }
}
