package org.nearzero.policy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problems;

/**
 * The configuration as values. Read from the raw properties, so that a figure of the wrong type is one problem beside the others,
 * and so is a misspelt key, which would otherwise mean no cap, or every image.
 *
 * @param operatorPolicy the operator's policy
 * @param ruleDeadline how long all rules together may take over a decision, 1 ms to 10 s
 */
record PolicySettings(OperatorPolicy operatorPolicy, Duration ruleDeadline) {
    static final String PID = "org.nearzero.policy";

    private static final long UNLIMITED = -1;

    /**
     * Reads component or configuration properties; the framework's own are ignored.
     *
     * @throws org.nearzero.api.model.InvalidInputException with every problem found
     */
    static PolicySettings of(Map<String, ?> properties) {
        Problems problems = Problems.check();
        Cap application = cap("application", properties, problems);
        Cap provider = cap("provider", properties, problems);
        Cap site = cap("site", properties, problems);
        int pops = (int)
                bound("application.maxServingPops", properties, Integer.MAX_VALUE, "points of presence", problems);
        List<String> images = texts("imageAllowList", properties, problems);
        long deadline = number("ruleDeadlineMillis", properties, 1, 10_000, 100, "1 to 10000 (ms)", problems);
        problems.keys(properties, PolicyConfiguration.class);
        Problems.check().addAll(PID, problems.toList()).throwIfAny();
        return new PolicySettings(
                new OperatorPolicy(application, provider, site, images, pops), Duration.ofMillis(deadline));
    }

    /** What is in force, for the log: only what bounds anything. */
    String text() {
        StringBuilder text = new StringBuilder();
        tell(text, "application", operatorPolicy.perApplication());
        if (operatorPolicy.maxServingPops() < Integer.MAX_VALUE) {
            text.append(" application.maxServingPops=").append(operatorPolicy.maxServingPops());
        }
        tell(text, "provider", operatorPolicy.perProvider());
        tell(text, "site", operatorPolicy.site());
        return (text.isEmpty() ? "caps=none" : text.substring(1))
                + " imageAllowList="
                + (operatorPolicy.imageAllowList().isEmpty() ? "all" : operatorPolicy.imageAllowList())
                + " ruleDeadlineMillis=" + ruleDeadline.toMillis();
    }

    private static void tell(StringBuilder text, String scope, Cap cap) {
        if (cap.instances() < Integer.MAX_VALUE) {
            text.append(' ').append(scope).append(".maxInstances=").append(cap.instances());
        }
        if (cap.cpuMillis() < Long.MAX_VALUE) {
            text.append(' ').append(scope).append(".maxCpuMillis=").append(cap.cpuMillis());
        }
        if (cap.memoryBytes() < Long.MAX_VALUE) {
            text.append(' ').append(scope).append(".maxMemoryBytes=").append(cap.memoryBytes());
        }
    }

    private static Cap cap(String scope, Map<String, ?> properties, Problems problems) {
        return new Cap(
                (int) bound(scope + ".maxInstances", properties, Integer.MAX_VALUE, "instances", problems),
                bound(scope + ".maxCpuMillis", properties, Long.MAX_VALUE, "thousandths of a core", problems),
                bound(scope + ".maxMemoryBytes", properties, Long.MAX_VALUE, "bytes", problems));
    }

    private static long bound(String key, Map<String, ?> properties, long most, String unit, Problems problems) {
        String expected = "-1 for unlimited, or 0 to " + most + " (" + unit + ")";
        long value = number(key, properties, UNLIMITED, most, UNLIMITED, expected, problems);
        return value == UNLIMITED ? most : value;
    }

    private static long number(
            String key,
            Map<String, ?> properties,
            long min,
            long max,
            long absent,
            String expected,
            Problems problems) {
        Object given = properties.get(key);
        if (given == null) {
            return absent;
        }
        try {
            long value = Long.parseLong(String.valueOf(given).strip());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Told below like a number out of range.
        }
        problems.add(key, "\"" + given + "\"", expected);
        return absent;
    }

    /** A list as the configuration's author may have written it: an array, a collection, or one text with commas. */
    private static List<String> texts(String key, Map<String, ?> properties, Problems problems) {
        Object given = properties.get(key);
        List<String> texts = new ArrayList<>();
        if (given instanceof Object[] array) {
            for (Object one : array) {
                texts.add(String.valueOf(one).strip());
            }
        } else if (given instanceof Collection<?> many) {
            many.forEach(one -> texts.add(String.valueOf(one).strip()));
        } else if (given != null && !String.valueOf(given).isBlank()) {
            for (String one : String.valueOf(given).split(",", -1)) {
                texts.add(one.strip());
            }
        }
        texts.forEach(text -> problems.expect(!text.isEmpty(), key, "\"\"", "patterns that are not blank"));
        return texts;
    }
}
