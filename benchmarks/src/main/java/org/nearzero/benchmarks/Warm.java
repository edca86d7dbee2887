package org.nearzero.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * CPU time per request of a warm instance: ours beside HAProxy, nginx and Undertow's own proxy, in turn, each in a process of its
 * own, with the same load (wrk) and the same server (nginx, 64 bytes) behind them. Throughput on few shared cores says little;
 * CPU time does.
 */
final class Warm implements Benchmark {
    private static final int ROUNDS = 3;
    private static final int WARM_UP_SECONDS = 6;
    private static final int SECONDS = 6;
    private static final int CONNECTIONS = 32;
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern ERRORS = Pattern.compile("(Non-2xx[^\\n]*|Socket errors[^\\n]*)");

    private record Proxy(String name, Child child, int port, Samples nanosPerRequest) {}

    @Override
    public Outcome run(PrintStream out) throws Exception {
        Tools.require("haproxy", "nginx", "wrk");
        Path directory = Files.createTempDirectory("nearzero-bench-warm");
        List<AutoCloseable> open = new ArrayList<>();
        try {
            WarmProxies proxies = new WarmProxies(directory);
            int backend = WarmProxies.freePort();
            open.add(proxies.nginxServer(backend));
            List<Proxy> all = new ArrayList<>();
            for (String name : List.of("nearzero", "undertow", "haproxy", "nginx")) {
                int port = WarmProxies.freePort();
                Child child = proxies.start(name, port, backend);
                open.add(child);
                all.add(new Proxy(name, child, port, new Samples()));
            }
            for (Proxy proxy : all) {
                load(proxy, WARM_UP_SECONDS);
            }
            List<String> errors = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (Proxy proxy : all) {
                    errors.addAll(measure(proxy, out));
                }
            }
            return outcome(all, errors, out);
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
            Tools.remove(directory);
        }
    }

    private static List<String> measure(Proxy proxy, PrintStream out) throws IOException, InterruptedException {
        double before = proxy.child().cpuMillis();
        String report = load(proxy, SECONDS);
        double cpu = proxy.child().cpuMillis() - before;
        Matcher requests = REQUESTS.matcher(report);
        if (!requests.find() || Long.parseLong(requests.group(1)) == 0) {
            return List.of(proxy.name() + ": no requests: " + report);
        }
        double micros = cpu * 1_000 / Long.parseLong(requests.group(1));
        proxy.nanosPerRequest().add((long) (micros * 1_000));
        out.printf("%-9s %8s requests  %6.1f us CPU each%n", proxy.name(), requests.group(1), micros);
        List<String> errors = new ArrayList<>();
        Matcher bad = ERRORS.matcher(report);
        while (bad.find()) {
            errors.add(proxy.name() + ": " + bad.group());
        }
        return errors;
    }

    private static Outcome outcome(List<Proxy> all, List<String> errors, PrintStream out) {
        Map<String, Double> micros = new LinkedHashMap<>();
        all.forEach(proxy -> micros.put(proxy.name(), proxy.nanosPerRequest().millisAt(0.5) * 1_000));
        Outcome outcome = new Outcome("warm");
        double ours = micros.get("nearzero");
        micros.forEach((name, each) -> {
            outcome.figure(name + "Micros", each);
            if (!"nearzero".equals(name)) {
                outcome.figure(
                        "timesOf" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), ours / each);
                out.printf("ours is %.2f times that of %s (median of %d rounds)%n", ours / each, name, ROUNDS);
            }
        });
        return outcome.claim(errors.isEmpty(), "no errors under load", errors)
                .claim(
                        all.stream().allMatch(proxy -> proxy.nanosPerRequest().count() == ROUNDS),
                        "all rounds measured",
                        micros);
    }

    private static String load(Proxy proxy, int seconds) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-d" + seconds + "s",
                        "-H",
                        "Host: " + WarmProxies.HOST,
                        "http://127.0.0.1:" + proxy.port() + "/")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader report =
                new BufferedReader(new InputStreamReader(wrk.getInputStream(), StandardCharsets.UTF_8))) {
            String text = report.lines().collect(Collectors.joining("\n"));
            wrk.waitFor();
            return text;
        }
    }
}
