package org.nearzero.drivers.process.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.nearzero.api.driver.InstanceSpec;

/** Measures start and stop of a process that does nothing; a program, not a test. Argument: how many, 200 by default. */
final class StartLatency {
    private static final int WARM_UP = 20;

    private StartLatency() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("nearzero-start-latency-");
        double[] start = new double[count];
        double[] bare = new double[count];
        double[] stop = new double[count];
        try (ProcessDriver driver = new ProcessDriver(new ProcessSettings(directory.resolve("instances")))) {
            for (int i = -WARM_UP; i < count; i++) {
                InstanceSpec spec = Orders.script("n" + (i + WARM_UP), "exec sleep 1000");
                long began = System.nanoTime();
                driver.start(spec).toCompletableFuture().get();
                long started = System.nanoTime();
                driver.stop(spec.appInstanceId(), Duration.ofSeconds(5))
                        .toCompletableFuture()
                        .get();
                long stopped = System.nanoTime();
                Process alone = new ProcessBuilder("/bin/sleep", "1000").start();
                long floor = System.nanoTime();
                alone.destroyForcibly().waitFor();
                if (i >= 0) {
                    start[i] = (started - began) / 1e6;
                    stop[i] = (stopped - started) / 1e6;
                    bare[i] = (floor - stopped) / 1e6;
                }
            }
        }
        Files.delete(directory.resolve("instances"));
        Files.delete(directory);
        System.out.printf(
                Locale.ROOT,
                "{\"count\":%d,\"startMs\":%s,\"bareProcessBuilderMs\":%s,\"stopMs\":%s}%n",
                count,
                summary(start),
                summary(bare),
                summary(stop));
    }

    private static String summary(double[] millis) {
        Arrays.sort(millis);
        return String.format(
                Locale.ROOT,
                "{\"p50\":%.2f,\"p90\":%.2f,\"max\":%.2f}",
                millis[millis.length / 2],
                millis[millis.length * 9 / 10],
                millis[millis.length - 1]);
    }
}
