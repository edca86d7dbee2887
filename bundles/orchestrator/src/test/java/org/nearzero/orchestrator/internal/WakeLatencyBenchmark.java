package org.nearzero.orchestrator.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.FakeIngress;
import org.nearzero.orchestrator.testing.SimplePolicy;
import org.nearzero.orchestrator.testing.TestApps;

/**
 * From a connection that finds no room to the driver's start call, at a fixed rate: each connection is the first one of an
 * application of its own, at zero. Arguments: connections a second (5000), seconds (4). The last line is JSON.
 */
public final class WakeLatencyBenchmark {
    /** Starts are never answered here, and must not time out before the end. */
    private static final ScalingPolicy SCALING = new ScalingPolicy(
            10, 0, 8, Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(30), QueuePolicy.DEFAULT);

    private WakeLatencyBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 4;
        int warmUp = rate * 2;
        int count = warmUp + rate * seconds;
        Map<AppId, Long> askedAt = new ConcurrentHashMap<>(count * 2);
        Map<AppId, Long> calledAt = new ConcurrentHashMap<>(count * 2);
        FakeDriver driver = new FakeDriver("fake");
        driver.onStart = spec -> {
            calledAt.put(spec.application().appId(), System.nanoTime());
            return new CompletableFuture<>();
        };
        FakeIngress ingress = new FakeIngress(Clock.systemUTC());
        PopId pop = new PopId("bench");
        try (EventLoopOrchestrator orchestrator = new EventLoopOrchestrator(
                OrchestratorSettings.of(pop), new SimplePolicy(), ingress, Clock.systemUTC())) {
            orchestrator.start();
            orchestrator.addDriver(driver, 0);
            List<CompletableFuture<?>> applied = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                applied.add(orchestrator
                        .apply(TestApps.app("app-" + i, "acme/app:1", SCALING))
                        .toCompletableFuture());
                if (applied.size() == 500) {
                    CompletableFuture.allOf(applied.toArray(CompletableFuture<?>[]::new))
                            .get(60, TimeUnit.SECONDS);
                    applied.clear();
                }
            }
            CompletableFuture.allOf(applied.toArray(CompletableFuture<?>[]::new))
                    .get(60, TimeUnit.SECONDS);
            long cpuBefore = cpuOf("nearzero-orchestrator");
            long interval = TimeUnit.SECONDS.toNanos(1) / rate;
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                for (long left = begin + i * interval - System.nanoTime();
                        left > 0;
                        left = begin + i * interval - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                askedAt.put(new AppId("app-" + i), System.nanoTime());
                ingress.connect("app-" + i, 1);
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (calledAt.size() < count && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            long cpuNanos = cpuOf("nearzero-orchestrator") - cpuBefore;
            long[] nanos = new long[count - warmUp];
            for (int i = warmUp; i < count; i++) {
                AppId appId = new AppId("app-" + i);
                nanos[i - warmUp] = calledAt.get(appId) - askedAt.get(appId);
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "{\"benchmark\":\"wake-latency\",\"rate\":%d,\"connections\":%d,\"lost\":%d,"
                            + "\"p50_us\":%d,\"p90_us\":%d,\"p99_us\":%d,\"p999_us\":%d,\"max_us\":%d,\"loop_cpu_us\":%.1f}%n",
                    rate,
                    nanos.length,
                    count - calledAt.size(),
                    nanos[nanos.length / 2] / 1_000,
                    nanos[nanos.length * 90 / 100] / 1_000,
                    nanos[nanos.length * 99 / 100] / 1_000,
                    nanos[nanos.length * 999 / 1_000] / 1_000,
                    nanos[nanos.length - 1] / 1_000,
                    cpuNanos / 1e3 / count);
        }
    }

    /** CPU time of the threads whose names begin so; the loop's own cost stays true on a busy machine. */
    private static long cpuOf(String prefix) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.dumpAllThreads(false, false))
                .filter(thread -> thread.getThreadName().startsWith(prefix))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }
}
