package org.nearzero.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of one run, and which of its claims did not hold. Not thread-safe. */
final class Outcome {
    private final Map<String, String> figures = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    Outcome(String name) {
        figures.put("benchmark", quoted(name));
        // A reader has to know how much of the machine was left for the measurement.
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        figure("cores", system.getAvailableProcessors());
        figure("loadAverage", system.getSystemLoadAverage());
    }

    Outcome figure(String name, long value) {
        figures.put(name, Long.toString(value));
        return this;
    }

    /** With three decimals. */
    Outcome figure(String name, double value) {
        figures.put(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
        return this;
    }

    Outcome figure(String name, String value) {
        figures.put(name, quoted(value));
        return this;
    }

    /** States a claim, with what was found instead should it not hold. */
    Outcome claim(boolean holds, String claim, Object found) {
        if (!holds) {
            broken.add(claim + ", found " + found);
        }
        return this;
    }

    /** The claims that did not hold. */
    List<String> broken() {
        return List.copyOf(broken);
    }

    String json() {
        return figures.entrySet().stream()
                .map(figure -> quoted(figure.getKey()) + ":" + figure.getValue())
                .collect(Collectors.joining(",", "{", ",\"ok\":" + broken.isEmpty() + "}"));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + "\"";
    }
}
