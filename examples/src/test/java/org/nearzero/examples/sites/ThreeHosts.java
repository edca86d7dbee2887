package org.nearzero.examples.sites;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.sites.tools.Certificates;

/** Three sites in processes of their own, the sample application with its homebase at pop-a, and its users at pop-b. */
final class ThreeHosts implements AutoCloseable {
    /** How long a busy machine may take before a test gives up; what is measured is told, not judged by this. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> POPS = List.of("pop-a", "pop-b", "pop-c");

    private final Path directory;
    private final String mark = UUID.randomUUID().toString();
    private final Map<String, HostProcess> hosts = new LinkedHashMap<>();
    private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();
    private final Processes processes = new Processes(mark);
    private final Rightness rightness = new Rightness(this, processes);
    private final Map<String, LoadGenerator> staying = new LinkedHashMap<>();
    private LoadGenerator crowd;

    ThreeHosts(Path directory) {
        this.directory = directory;
        String authority = directory.resolve("authority").toString();
        ca("authority", authority);
        for (String pop : POPS) {
            ca("site", authority, pop, "--door", "127.0.0.1:1");
            hosts.put(pop, new HostProcess(pop, directory, event -> listeners.forEach(each -> each.accept(event))));
        }
    }

    private static void ca(String... arguments) {
        assertEquals(0, Certificates.run(System.out, System.err, arguments));
    }

    /** @param doorOf where the peers of a site reach its door */
    ThreeHosts start(ToIntFunction<HostProcess> doorOf, OnHomebaseLost lost) throws IOException, InterruptedException {
        for (HostProcess host : hosts.values()) {
            host.advertised(doorOf.applyAsInt(host));
            if (host != homebase()) {
                host.peer(homebase());
            }
            host.start();
        }
        assertEquals(
                "applied",
                homebase()
                        .tell("apply " + lost + " " + mark)
                        .orElseThrow()
                        .path("answer")
                        .asText());
        await("all sites know the application").atMost(PATIENCE).until(() -> hosts.values().stream()
                .allMatch(host -> status(host).has("placement")));
        return this;
    }

    /** Hands the application over, or over again. */
    void policy(OnHomebaseLost lost) throws InterruptedException {
        String answer = homebase()
                .tell("apply " + lost + " " + mark)
                .orElseThrow()
                .path("answer")
                .asText();
        assertEquals("applied", answer);
    }

    /** One user at pop-a and one at pop-b, who stay; {@link #crowd} makes many at pop-b. @param timeout after which they give up */
    ThreeHosts users(Duration timeout) {
        crowd = new LoadGenerator(host("pop-b").ingress(), plan(20, timeout).from(6));
        stay("pop-a", timeout);
        stay("pop-b", timeout);
        return this;
    }

    private static LoadPlan plan(int holdMillis, Duration timeout) {
        return new LoadPlan(Hello.HOST, "/hold?ms=" + holdMillis, Duration.ZERO, timeout, 20, Long.MAX_VALUE, 1);
    }

    private void stay(String pop, Duration timeout) {
        LoadGenerator user = new LoadGenerator(host(pop).ingress(), plan(50, timeout));
        user.connections(1);
        staying.put(pop, user);
    }

    /** Those who come, so that the application follows, and go. */
    LoadGenerator crowd() {
        return crowd;
    }

    /** Whoever stays at a site. */
    LoadGenerator staying(String pop) {
        return staying.get(pop);
    }

    /** Requests of whomever that were answered with something else than 200, or not at all. */
    long failed() {
        return Stream.concat(Stream.of(crowd), staying.values().stream())
                .map(LoadGenerator::report)
                .mapToLong(report -> report.failed() + report.lost())
                .sum();
    }

    HostProcess host(String pop) {
        return hosts.get(pop);
    }

    HostProcess homebase() {
        return hosts.get("pop-a");
    }

    Iterable<HostProcess> all() {
        return hosts.values();
    }

    void onMigration(Consumer<JsonNode> listener) {
        listeners.add(listener);
    }

    Processes processes() {
        return processes;
    }

    Rightness rightness() {
        return rightness;
    }

    /** What a site says of itself; nothing at all if it is away. */
    static JsonNode status(HostProcess host) {
        try {
            Optional<JsonNode> said = host.tell("status");
            return said.orElseGet(MissingNode::getInstance);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the migration there is over and done. */
    boolean served() {
        return !status(homebase()).path("migrating").asBoolean(true)
                && status(host("pop-b")).path("placement").asText().equals("Serve")
                && ready("pop-b") > 0;
    }

    /** Whether the migration back is over and done. */
    boolean back() {
        return !status(homebase()).path("migrating").asBoolean(true)
                && status(host("pop-b")).path("placement").asText().equals("Relay")
                && status(host("pop-b")).path("instances").isEmpty()
                && ready("pop-a") > 0;
    }

    /** Instances that are ready at a site. */
    long ready(String pop) {
        return status(host(pop)).path("instances").findValuesAsText("status").stream()
                .filter("READY"::equals)
                .count();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (crowd != null) {
            crowd.close();
        }
        staying.values().forEach(LoadGenerator::close);
        try {
            for (HostProcess host : hosts.values()) {
                host.close();
            }
        } finally {
            processes.kill();
        }
    }
}
