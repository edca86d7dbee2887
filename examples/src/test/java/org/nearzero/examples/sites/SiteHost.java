package org.nearzero.examples.sites;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Migration;
import org.nearzero.embed.Nearzero;
import org.nearzero.embed.SitePlan;

/**
 * One site in a JVM of its own, so that it can be killed. Prints one line of JSON for each migration event and for each answer to a
 * command on its standard input: {@code apply LOST MARK} and {@code status}. It ends, and its instances with it, when its input does.
 */
public final class SiteHost {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final Nearzero site;

    private SiteHost(PrintStream out, String pop, Path directory, String ports, String peer) {
        this.out = out;
        String[] port = ports.split(","); // the ingress, the door, and where peers reach that
        SitePlan plan = SitePlan.in(
                        "zone-" + pop, directory.resolve("authority").resolve(pop), directory.resolve(pop + ".mv"))
                .door("127.0.0.1", Integer.parseInt(port[1]))
                .advertised("127.0.0.1:" + port[2])
                .heartbeat(Duration.ofMillis(200));
        if (!peer.isEmpty()) {
            plan.peer(peer);
        }
        site = Nearzero.builder()
                .popId(pop)
                .ingress("127.0.0.1", Integer.parseInt(port[0]))
                .processes(directory.resolve(pop + "-processes"))
                .site(plan)
                .migrationListener(this::tell)
                .stopInstancesOnClose(true)
                .start();
    }

    /** @param arguments the site's name, the directory, the ports, and a peer, which may be empty */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // nobody else writes among the lines
        System.setProperty("org.jboss.logging.provider", "slf4j");
        SiteHost host = new SiteHost(out, arguments[0], Path.of(arguments[1]), arguments[2], arguments[3]);
        try {
            host.say(JSON.createObjectNode().put("answer", "started"));
            host.serve();
        } finally {
            host.site.close();
        }
        System.exit(0);
    }

    private void serve() throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            say(words[0].equals("apply") ? apply(OnHomebaseLost.valueOf(words[1]), words[2]) : status());
        }
    }

    private ObjectNode apply(OnHomebaseLost lost, String mark) throws InterruptedException {
        ObjectNode answer = JSON.createObjectNode();
        try {
            site.sites()
                    .apply(Hello.application(lost, mark))
                    .toCompletableFuture()
                    .get();
            return answer.put("answer", "applied");
        } catch (ExecutionException e) {
            return answer.put("answer", "refused").put("reason", e.getCause().toString());
        }
    }

    private ObjectNode status() {
        ObjectNode answer = JSON.createObjectNode().put("answer", "status");
        ArrayNode assignments = answer.putArray("assignments");
        site.sites().deployment(Hello.APP).ifPresent(deployment -> {
            answer.put("homebase", deployment.homebase().value());
            deployment.assignments().forEach(each -> assignments.add(view(each)));
            ArrayNode migrations = answer.putArray("migrations");
            deployment.migrations().forEach(each -> migrations.add(view(each)));
            answer.put("migrating", deployment.migrations().stream().anyMatch(m -> !m.state()
                    .over()));
        });
        ArrayNode away = answer.putArray("away");
        site.sites().pops().stream()
                .filter(pop -> !pop.reachable())
                .forEach(pop -> away.add(pop.popId().value()));
        ArrayNode instances = answer.putArray("instances");
        site.orchestrator().status(Hello.APP).ifPresent(status -> {
            answer.put("placement", name(status.placement()))
                    .put("state", status.state().name())
                    .put("condition", status.condition());
            status.instances().forEach(each -> instances
                    .addObject()
                    .put("id", each.appInstanceId().value())
                    .put("status", each.status().name()));
        });
        return answer;
    }

    private static String name(Placement placement) {
        return placement.getClass().getSimpleName();
    }

    private static ObjectNode view(Assignment assignment) {
        return JSON.createObjectNode()
                .put("pop", assignment.popId().value())
                .put("role", assignment.role().name())
                .put("epoch", assignment.epoch());
    }

    private static ObjectNode view(Migration migration) {
        ObjectNode view = JSON.createObjectNode().put("epoch", migration.epoch());
        ArrayNode history = view.putArray("history");
        migration.history().forEach(step -> history.addObject()
                .put("state", step.state().name())
                .put("at", step.at().toEpochMilli()));
        return view;
    }

    private void tell(Migration migration) {
        say(JSON.createObjectNode()
                .put("event", migration.state().name())
                .put("source", migration.source().value())
                .put("target", migration.target().value())
                .put("epoch", migration.epoch())
                .put(
                        "reason",
                        migration.history().get(migration.history().size() - 1).reason()));
    }

    private synchronized void say(ObjectNode line) {
        out.println(line);
        out.flush();
    }
}
