package org.nearzero.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;

/**
 * What happens in one run.
 *
 * @param sites how many sites
 * @param applications how many applications; their homebases are spread over the sites
 * @param users how many users each application has
 * @param trouble how long things go wrong
 * @param network the conditions meanwhile
 * @param partitions how often two sites are cut off from each other, per minute
 * @param crashes how often a site is killed, per minute
 * @param failing the share of starts and stops that fail, and of artefacts that cannot be had
 * @param moving how long a user stays at a site, about
 */
record Scenario(
        int sites,
        int applications,
        int users,
        Duration trouble,
        Network.Conditions network,
        double partitions,
        double crashes,
        double failing,
        Duration moving) {

    /** Any of the kinds of trouble, or several, or none. */
    static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
        return new Scenario(
                2 + random.nextInt(3),
                1 + random.nextInt(2),
                4 + random.nextInt(12),
                Duration.ofSeconds(60 + random.nextInt(180)),
                new Network.Conditions(
                        Duration.ofMillis(random.nextBoolean() ? 5 : 150),
                        random.nextBoolean() ? 0 : random.nextDouble() * 0.2,
                        random.nextBoolean() ? 0 : random.nextDouble() * 0.2),
                random.nextBoolean() ? 0 : 2 * random.nextDouble(),
                random.nextBoolean() ? 0 : 2 * random.nextDouble(),
                random.nextBoolean() ? 0 : random.nextDouble() * 0.3,
                Duration.ofSeconds(10 + random.nextInt(60)));
    }

    /** Whether nothing goes wrong in it: every request has to succeed then. */
    boolean calm() {
        return partitions == 0 && crashes == 0 && failing == 0;
    }

    /** One of its applications. */
    Application application(int number, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + number);
        int threshold = 2 + random.nextInt(4);
        MigrationPolicy migration = new MigrationPolicy(
                threshold,
                Duration.ofSeconds(random.nextInt(10)),
                random.nextInt(threshold),
                Duration.ofSeconds(random.nextInt(30)),
                java.util.Set.of(),
                1 + random.nextInt(sites),
                Duration.ofSeconds(5 + random.nextInt(30)),
                random.nextBoolean() ? OnHomebaseLost.KEEP : OnHomebaseLost.START);
        ScalingPolicy scaling = new ScalingPolicy(
                2 + random.nextInt(6),
                0,
                10,
                Duration.ofSeconds(5 + random.nextInt(20)),
                Duration.ofSeconds(random.nextInt(10)),
                Duration.ofSeconds(30),
                new QueuePolicy(1_000, 1L << 20, Duration.ofSeconds(60)));
        String name = "app-" + number;
        return new Application(
                new AppId(name),
                "acme",
                "1",
                new Artefact("acme/" + name + ":1", ""),
                java.util.List.of(),
                java.util.Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        java.util.List.of(new RouteMatch(name + ".example", "/")),
                        scaling,
                        Duration.ofSeconds(20),
                        ReadinessPolicy.TCP,
                        Optional.empty(),
                        Optional.of(migration)));
    }

    IntStream eachSite() {
        return IntStream.range(0, sites);
    }
}
