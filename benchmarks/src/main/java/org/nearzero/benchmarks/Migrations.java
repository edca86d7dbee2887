package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.nearzero.examples.link.Weather;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/**
 * The application goes to another site and back, over and over, while requests come to two sites all the time and WebSockets are held open.
 * Nothing may fail on the way.
 */
final class Migrations implements Benchmark {
    private static final int ROUNDS = 50;
    private static final int ROUNDS_IN_BAD_WEATHER = 10;
    private static final long REQUESTS = 200_000;
    private static final long REQUESTS_IN_BAD_WEATHER = 2_000;
    private static final int ALWAYS_THERE = 4;
    private static final int CROWD = 16;
    private static final int ELSEWHERE = 8;
    private static final int WEB_SOCKETS_THERE = 6;
    private static final int WEB_SOCKETS_ELSEWHERE = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Between the change of the way and the word of it lie two processes and a pipe. */
    private static final Duration TOLD_WITHIN = Duration.ofMillis(200);

    private final Weather weather;
    private final int rounds;
    private final long requests;

    /** @param options {@code --delay MILLIS} and {@code --loss SHARE} of the lines between the sites */
    Migrations(List<String> options) {
        Duration delay = Duration.ZERO;
        double loss = 0;
        for (int i = 0; i < options.size(); i += 2) {
            String value = i + 1 < options.size() ? options.get(i + 1) : "";
            switch (options.get(i)) {
                case "--delay" -> delay = Duration.ofMillis(Long.parseLong(value));
                case "--loss" -> loss = Double.parseDouble(value);
                default ->
                    throw new IllegalArgumentException(options.get(i) + " (expected: --delay MILLIS or --loss SHARE)");
            }
        }
        weather = new Weather(delay, loss, false);
        boolean fine = weather.equals(Weather.FINE);
        rounds = fine ? ROUNDS : ROUNDS_IN_BAD_WEATHER;
        requests = fine ? REQUESTS : REQUESTS_IN_BAD_WEATHER;
    }

    @Override
    public Outcome run(PrintStream out) throws Exception {
        long start = System.nanoTime();
        String there = ThreeSites.NAMES.get(1);
        MigrationBook book = new MigrationBook(there, out);
        try (Engine engine = Engine.watching(MigrationSite.APP + ".", Rig.IMAGE);
                ThreeSites sites = new ThreeSites(weather, book)) {
            if (!Rig.await(PATIENCE, () -> book.knownAt(ThreeSites.NAMES.size()))) {
                throw new IllegalStateException("not all sites have heard of the application");
            }
            Users users = new Users(sites, book, out);
            try (users) {
                users.come();
                for (int round = 1; round <= rounds; round++) {
                    if (!users.goThereAndBack(round)) {
                        break;
                    }
                }
                users.ask(requests);
                users.leave();
            }
            boolean zero = Rig.await(PATIENCE, () -> engine.running() == 0);
            return outcome(users, book, engine, zero, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private Outcome outcome(Users users, MigrationBook book, Engine engine, boolean zero, Duration took) {
        int migrations = book.there() + book.back();
        List<String> tooSoon = users.tooSoon();
        return new Outcome("migrations")
                .figure("delayMs", weather.delay().toMillis())
                .figure("loss", weather.loss())
                .figure("migrations", migrations)
                .figure("migrationsFailed", book.failures().size())
                .figure("requests", users.requests())
                .figure("failed", users.failed())
                .figure("lost", users.lost())
                .figure("webSocketsCut", users.cut())
                .figure("webSocketsCutTooSoon", tooSoon.size())
                .figure("echoes", users.echoes())
                .figure("echoesMissing", users.missing())
                .figure("containers", engine.started())
                .figure("stoppedBusy", engine.stoppedBusy())
                .figure("flipP50Ms", book.millisAt(0.5))
                .figure("flipMaxMs", book.millisAt(1))
                .figure("durationS", took.toMillis() / 1e3)
                .claim(book.there() == rounds && book.back() == rounds, "as many there as back", users.stuck())
                .claim(book.failures().isEmpty(), "no migration failed", book.failures())
                .claim(users.requests() >= requests, "enough requests", users.requests())
                .claim(users.failed() + users.lost() == 0, "all answered with 200", users.reasons())
                .claim(tooSoon.isEmpty(), "no WebSocket cut before its drain limit", tooSoon)
                .claim(users.missing() == 0, "every echo there", users.missing())
                .claim(zero, "back to zero", engine.running());
    }

    /** Those who use the application, at two sites of three. */
    private static final class Users implements AutoCloseable {
        private final MigrationBook book;
        private final PrintStream out;
        private final LoadGenerator always;
        private final LoadGenerator crowd;
        private final LoadGenerator elsewhere;
        private final HeldWebSockets held;
        private final HeldWebSockets heldElsewhere;
        private long missing;
        private String stuck = "";

        Users(ThreeSites sites, MigrationBook book, PrintStream out) {
            this.book = book;
            this.out = out;
            LoadPlan plan = LoadPlan.of(MigrationSite.HOST, "/hold?ms=5")
                    .pausing(Duration.ofMillis(25))
                    .perConnection(60);
            String here = ThreeSites.NAMES.get(1);
            String there = ThreeSites.NAMES.get(2);
            always = new LoadGenerator(sites.door(here), plan.from(ALWAYS_THERE));
            crowd = new LoadGenerator(sites.door(here), plan.from(1_000));
            elsewhere = new LoadGenerator(sites.door(there), plan.from(ELSEWHERE));
            held = new HeldWebSockets(
                    sites.door(here), WEB_SOCKETS_THERE, book::sinceChange, MigrationSite.DRAIN.minus(TOLD_WITHIN));
            // Nothing changes for those: none is ever cut.
            heldElsewhere = new HeldWebSockets(sites.door(there), WEB_SOCKETS_ELSEWHERE, () -> Duration.ZERO, PATIENCE);
        }

        void come() {
            always.connections(ALWAYS_THERE);
            elsewhere.connections(ELSEWHERE);
        }

        boolean goThereAndBack(int round) throws InterruptedException {
            crowd.connections(CROWD);
            if (!await(() -> book.there() >= round)) {
                stuck = "round " + round + ": not gone there";
                return false;
            }
            crowd.connections(0);
            if (!await(() -> book.back() >= round)) {
                stuck = "round " + round + ": not come back";
                return false;
            }
            out.printf(
                    "round %d: %d requests so far, %d failed, %d lost, %d WebSockets cut%n",
                    round, requests(), failed(), lost(), cut());
            return true;
        }

        /** Goes on until there have been so many requests. */
        void ask(long enough) throws InterruptedException {
            await(Duration.ofMinutes(5), () -> requests() >= enough);
        }

        void leave() throws InterruptedException {
            for (LoadGenerator each : loads()) {
                each.connections(0);
            }
            Rig.await(PATIENCE, () -> loads().stream().allMatch(each -> each.inFlight() == 0));
            Rig.await(PATIENCE, () -> held.missing() + heldElsewhere.missing() == 0);
            missing = held.missing() + heldElsewhere.missing();
            held.close();
            heldElsewhere.close();
        }

        private boolean await(BooleanSupplier condition) throws InterruptedException {
            return await(PATIENCE, condition);
        }

        private boolean await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
            return Rig.await(atMost, () -> {
                held.say();
                heldElsewhere.say();
                return condition.getAsBoolean();
            });
        }

        private List<LoadGenerator> loads() {
            return List.of(always, crowd, elsewhere);
        }

        private List<LoadReport> reports() {
            return loads().stream().map(LoadGenerator::report).toList();
        }

        long requests() {
            return reports().stream().mapToLong(LoadReport::requests).sum();
        }

        long failed() {
            return reports().stream().mapToLong(LoadReport::failed).sum();
        }

        long lost() {
            return reports().stream().mapToLong(LoadReport::lost).sum();
        }

        String reasons() {
            return reports().stream().map(LoadReport::toString).toList().toString();
        }

        List<String> tooSoon() {
            return Stream.concat(held.tooSoon().stream(), heldElsewhere.tooSoon().stream())
                    .toList();
        }

        int cut() {
            return held.cut() + heldElsewhere.cut();
        }

        long echoes() {
            return held.echoes() + heldElsewhere.echoes();
        }

        long missing() {
            return missing;
        }

        String stuck() {
            return stuck;
        }

        @Override
        public void close() {
            loads().forEach(LoadGenerator::close);
        }
    }
}
