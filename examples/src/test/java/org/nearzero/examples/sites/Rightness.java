package org.nearzero.examples.sites;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks from outside whether everything is as it has to be among {@link ThreeHosts}: those serve whom the homebase says; each instance is
 * one process, known to one site; each process is a known instance; a request at each site is answered. Some things must not be wrong
 * for a moment either: an epoch that falls, an instance that is two processes, one that is another process than before. Not thread-safe.
 */
final class Rightness {
    private static final int REQUEST_MILLIS = 5_000;

    private final ThreeHosts hosts;
    private final Processes processes;
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<String, Long> pids = new HashMap<>();
    private final Set<String> never = new TreeSet<>();
    private List<String> wrong = List.of();

    Rightness(ThreeHosts hosts, Processes processes) {
        this.hosts = hosts;
        this.processes = processes;
    }

    /** Waits until everything is right. @return how long after {@code since}, in ms */
    long awaitRight(String after, long since) {
        await("right after " + after)
                .atMost(ThreeHosts.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(this::look, List::isEmpty);
        return (System.nanoTime() - since) / 1_000_000;
    }

    /** What must never have been and yet was. */
    Set<String> never() {
        return never;
    }

    /** What was wrong when last looked. */
    List<String> wrong() {
        return wrong;
    }

    /** Looks once. @return what is wrong now */
    List<String> look() {
        Map<String, JsonNode> statuses = new LinkedHashMap<>();
        hosts.all().forEach(host -> statuses.put(host.pop(), ThreeHosts.status(host)));
        List<String> found = new ArrayList<>();
        statuses.forEach((pop, status) -> {
            if (!status.has("placement")) {
                found.add(pop + " knows nothing of it");
            }
        });
        epochs(statuses);
        owners(statuses, found);
        instances(statuses, found);
        if (found.isEmpty()) {
            hosts.all().forEach(host -> request(host, found));
        }
        wrong = found;
        return found;
    }

    private void epochs(Map<String, JsonNode> statuses) {
        statuses.forEach((pop, status) -> status.path("assignments").forEach(assignment -> {
            String key = pop + " about " + assignment.path("pop").asText();
            long epoch = assignment.path("epoch").asLong();
            long before = epochs.merge(key, epoch, Math::max);
            if (epoch < before) {
                never.add(key + ": epoch " + epoch + " after " + before);
            }
        }));
    }

    private static void owners(Map<String, JsonNode> statuses, List<String> found) {
        Map<String, String> expected = new TreeMap<>(Map.of("pop-a", "Homebase", "pop-b", "Relay", "pop-c", "Relay"));
        statuses.get("pop-a").path("assignments").forEach(assignment -> {
            if (assignment.path("role").asText().equals("SERVE")) {
                expected.put(assignment.path("pop").asText(), "Serve");
            }
        });
        expected.forEach((pop, placement) -> {
            String is = statuses.get(pop).path("placement").asText();
            if (!placement.equals(is)) {
                found.add(pop + " is " + is + " (expected: " + placement + ")");
            }
        });
    }

    private void instances(Map<String, JsonNode> statuses, List<String> found) {
        Map<String, Set<Long>> running = processes.byInstance();
        running.forEach((id, those) -> {
            long pid = those.iterator().next();
            Long before = pids.putIfAbsent(id, pid);
            if (those.size() > 1 || before != null && before != pid) {
                never.add("instance " + id + ": processes " + those + " after " + before);
            }
        });
        Map<String, String> known = new HashMap<>();
        statuses.forEach((pop, status) -> status.path("instances").forEach(instance -> {
            String id = instance.path("id").asText();
            String other = known.put(id, pop);
            if (other != null) {
                never.add("instance " + id + ": at " + other + " and at " + pop);
            }
            if (instance.path("status").asText().equals("READY") && !running.containsKey(id)) {
                found.add("instance " + id + " at " + pop + " has no process");
            }
        }));
        running.keySet().stream()
                .filter(id -> !known.containsKey(id))
                .forEach(id -> found.add("process of " + id + " is nobody's"));
    }

    private static void request(HostProcess host, List<String> found) {
        try (Socket socket = new Socket()) {
            socket.connect(host.ingress(), REQUEST_MILLIS);
            socket.setSoTimeout(REQUEST_MILLIS);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + Hello.HOST + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String first = in.readLine();
            if (first == null || !first.startsWith("HTTP/1.1 200")) {
                found.add("a request at " + host.pop() + " is answered " + first);
            }
        } catch (IOException e) {
            found.add("a request at " + host.pop() + ": " + e);
        }
    }
}
