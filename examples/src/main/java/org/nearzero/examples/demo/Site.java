package org.nearzero.examples.demo;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.embed.Nearzero;
import org.nearzero.embed.SitePlan;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/** One point of presence, and the users that are at it. Remembers which instances it has had, to tell whose an answer is. */
final class Site implements StatusListener, AutoCloseable {
    /** Each user asks again and again, and now and then on a new connection. */
    private static final LoadPlan USERS =
            LoadPlan.of(DemoApplication.HOST, "/hold?ms=100").from(DemoRun.MANY).perConnection(15);

    private final String name;
    private final Nearzero nearzero;
    private final LoadGenerator users;
    private final Set<String> instances = new HashSet<>();

    private Site(String name, int port, Path directory, SitePlan plan, MigrationListener migrations) {
        this.name = name;
        this.nearzero = Nearzero.builder()
                .popId(name)
                .ingress("127.0.0.1", port)
                .processes(directory.resolve(name + "-processes"))
                .site(plan)
                .statusListener(this)
                .migrationListener(migrations)
                .stopInstancesOnClose(true)
                .start();
        Endpoint door = nearzero.ingress().endpoints().get(0);
        this.users = new LoadGenerator(new InetSocketAddress(door.host(), door.port()), USERS);
    }

    /** Starts it. @param port of its ingress, 0 for any free one */
    static Site start(String name, int port, Path directory, SitePlan plan, MigrationListener migrations)
            throws DemoException {
        try {
            return new Site(name, port, directory, plan, migrations);
        } catch (RuntimeException e) {
            throw new DemoException(name + " cannot start at 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    Nearzero nearzero() {
        return nearzero;
    }

    /** So many users are here from now on. */
    void users(int count) {
        users.connections(count);
    }

    LoadReport report() {
        return users.report();
    }

    Demand demand() {
        return nearzero.ingress().peek(DemoApplication.ID);
    }

    /** Whether it has heard of the application. */
    boolean knowsIt() {
        return nearzero.orchestrator().status(DemoApplication.ID).isPresent();
    }

    int count(AppInstanceStatus wanted) {
        return (int) nearzero.orchestrator().status(DemoApplication.ID).stream()
                .flatMap(status -> status.instances().stream())
                .filter(instance -> instance.status() == wanted)
                .count();
    }

    /** Whether no instance is left at all. */
    boolean atZero() {
        return nearzero.orchestrator()
                .status(DemoApplication.ID)
                .map(status -> status.instances().isEmpty())
                .orElse(false);
    }

    @Override
    public synchronized void changed(ApplicationStatus newest) {
        newest.instances()
                .forEach(instance -> instances.add(instance.appInstanceId().value()));
    }

    /** Answers that its users had from instances here. */
    long localAnswers() {
        return localAnswers(report());
    }

    /** The same at the time of a report, so that both can be compared. */
    long localAnswers(LoadReport report) {
        return answers(report, this::isHere)
                .mapToLong(LoadReport.Answers::count)
                .sum();
    }

    /** How long after the first request here an instance here gave its first answer; negative: none has. */
    long firstLocalAnswerMillis() {
        return firstMillis(this::isHere);
    }

    /** How long after the first request here the first answer came, from wherever; negative: none has. */
    long firstAnswerMillis() {
        return firstMillis(instance -> true);
    }

    private long firstMillis(Predicate<String> which) {
        OptionalLong first = answers(report(), which)
                .mapToLong(LoadReport.Answers::firstAfterNanos)
                .min();
        return first.isPresent() ? TimeUnit.NANOSECONDS.toMillis(first.getAsLong()) : -1;
    }

    private static Stream<LoadReport.Answers> answers(LoadReport report, Predicate<String> which) {
        return report.answers().entrySet().stream()
                .filter(each -> which.test(each.getKey()))
                .map(Map.Entry::getValue);
    }

    private synchronized boolean isHere(String instance) {
        return instances.contains(instance);
    }

    @Override
    public void close() {
        users.close();
        nearzero.close();
    }
}
