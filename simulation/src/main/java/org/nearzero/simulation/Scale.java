package org.nearzero.simulation;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.sites.core.Effect;
import org.nearzero.sites.core.Member;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;
import org.nearzero.sites.core.SiteSettings;
import org.nearzero.sites.core.SyncMessage;
import org.nearzero.sites.core.Timing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Very many sites: the real site and migration logic of each of them on one thread, with sessions that come, go and move. Instances are
 * not played: where an application is to be served, one is ready a second later. Tells how much faster than real time it runs, and
 * what one step of the logic costs.
 */
@Command(name = "scale", description = "Very many sites and sessions on one core: how fast, and what a decision costs.")
final class Scale implements Callable<Integer> {
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final Duration SESSION = Duration.ofMinutes(10);
    private static final int PER_SITE = 10;

    @Option(names = "--sites", defaultValue = "10000", description = "how many sites (${DEFAULT-VALUE})")
    private int sites;

    @Option(names = "--applications", defaultValue = "1000", description = "how many applications (${DEFAULT-VALUE})")
    private int applications;

    @Option(
            names = "--homebases",
            defaultValue = "10",
            description = "over how many sites their homebases are spread (${DEFAULT-VALUE})")
    private int homebases;

    @Option(
            names = "--sessions",
            defaultValue = "1000000",
            description = "how many sessions at once (${DEFAULT-VALUE})")
    private int sessions;

    @Option(names = "--minutes", defaultValue = "5", description = "how many minutes are simulated (${DEFAULT-VALUE})")
    private int minutes;

    @Option(names = "--seed", defaultValue = "1", description = "what chance does (${DEFAULT-VALUE})")
    private long seed;

    private final VirtualTime time = new VirtualTime();
    private final List<Host> hosts = new ArrayList<>();
    private final Map<PopId, Host> byName = new HashMap<>();
    private SplittableRandom random;
    private long messages;
    private long steps;
    private long migrations;

    @Override
    public Integer call() {
        random = new SplittableRandom(seed);
        build();
        long builtAt = cpuNanos();
        time.pass(HEARTBEAT.multipliedBy(2)); // all sites have learned of all applications
        people();
        time.pass(Duration.ofMinutes(1)); // the first rush is over
        long stepsBefore = steps;
        long messagesBefore = messages;
        long migrationsBefore = migrations;
        long wall = System.nanoTime();
        long cpu = cpuNanos();
        time.pass(Duration.ofMinutes(minutes));
        double seconds = (cpuNanos() - cpu) / 1e9;
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        long made = steps - stepsBefore;
        System.out.printf(
                Locale.ROOT,
                "{\"sites\": %d, \"applications\": %d, \"sessions\": %d, \"simulatedSeconds\": %d, \"cpuSeconds\": %.1f,"
                        + " \"wallSeconds\": %.1f, \"fasterThanRealTime\": %.1f, \"steps\": %d, \"usPerStep\": %.2f,"
                        + " \"messages\": %d, \"migrations\": %d, \"serving\": %d, \"setUpCpuSeconds\": %.1f}%n",
                sites,
                applications,
                sessions,
                minutes * 60,
                seconds,
                wallSeconds,
                minutes * 60 / seconds,
                made,
                seconds * 1e6 / made,
                messages - messagesBefore,
                migrations - migrationsBefore,
                hosts.stream().mapToInt(host -> host.serving.size()).sum(),
                (cpu - builtAt) / 1e9);
        return minutes * 60 > seconds ? 0 : 1;
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void build() {
        for (int i = 0; i < sites; i++) {
            Host host = new Host(i);
            hosts.add(host);
            byName.put(host.pop, host);
        }
        List<Member> hubs =
                hosts.subList(0, homebases).stream().map(Host::member).toList();
        List<Member> all = hosts.stream().map(Host::member).toList();
        hosts.forEach(host -> host.start(host.number < homebases ? all : hubs));
        for (int i = 0; i < applications; i++) {
            Host home = hosts.get(i % homebases);
            home.run(home.site.on(new SiteEvent.Apply(application(i)), time.now()));
        }
    }

    private static AppId name(int application) {
        return new AppId("app-" + application);
    }

    private static Application application(int number) {
        MigrationPolicy migration = new MigrationPolicy(
                14,
                Duration.ofSeconds(10),
                6,
                Duration.ofSeconds(60),
                Set.of(),
                10_000,
                Duration.ofMinutes(1),
                OnHomebaseLost.KEEP);
        return new Application(
                name(number),
                "acme",
                "1",
                new Artefact("acme/app:1", ""),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        List.of(new RouteMatch("app-" + number + ".example", "/")),
                        ScalingPolicy.DEFAULT,
                        Duration.ofSeconds(60),
                        ReadinessPolicy.TCP,
                        Optional.empty(),
                        Optional.of(migration)));
    }

    private void people() {
        for (int i = 0; i < sessions; i++) {
            time.afterNanos(random.nextLong(Duration.ofSeconds(30).toNanos()), this::begin);
        }
    }

    /** A session begins at some site with one of the applications that are used there, and goes on elsewhere when it is over. */
    private void begin() {
        Host host = hosts.get(random.nextInt(sites));
        int used = (host.number * 7919 + random.nextInt(PER_SITE) * 104_729) % applications;
        host.count(name(used), 1);
        time.afterNanos((long) (-Math.log(1 - random.nextDouble()) * SESSION.toNanos()), () -> {
            host.count(name(used), -1);
            begin();
        });
    }

    /** One site, with as little around its logic as can be. */
    private final class Host {
        private static final long PACE = 100_000_000;

        private final int number;
        private final PopId pop;
        private final Map<AppId, Integer> counts = new HashMap<>();
        private final Set<AppId> changed = new HashSet<>();
        private final Set<AppId> serving = new HashSet<>();
        private final Set<PopId> underWay = new HashSet<>();
        private final Set<PopId> again = new HashSet<>();
        private Site site;
        private Instant alarm = Instant.MAX;
        private boolean looking;

        private Host(int number) {
            this.number = number;
            this.pop = new PopId("pop-" + number);
        }

        private Member member() {
            return Member.of(
                    pop, new ZoneId("zone-" + number % 100), List.of(new Endpoint(pop.value(), 8443)), List.of(), 1);
        }

        private void start(List<Member> others) {
            SiteSettings settings = new SiteSettings(HEARTBEAT, 3, false, Duration.ofSeconds(30), Timing.DEFAULT);
            List<org.nearzero.sites.core.Kept> kept = new ArrayList<>();
            others.stream().filter(other -> !other.popId().equals(pop)).forEach(kept::add);
            site = new Site(settings, member(), kept, time.now());
            run(site.start(time.now()));
        }

        private void count(AppId app, int more) {
            counts.merge(app, more, Integer::sum);
            look(app);
        }

        private void look(AppId app) {
            changed.add(app);
            if (!looking) {
                looking = true;
                time.afterNanos(PACE, () -> {
                    looking = false;
                    List<AppId> those = List.copyOf(changed);
                    changed.clear();
                    those.forEach(this::observe);
                });
            }
        }

        private void observe(AppId app) {
            int here = counts.getOrDefault(app, 0);
            boolean serves = serving.contains(app);
            run(site.on(
                    new SiteEvent.Observed(
                            app, here, here, serves ? here : 0, serves ? 0 : here, serves ? 1 : 0, 0, ""),
                    time.now()));
        }

        private void run(List<Effect> effects) {
            steps++;
            for (Effect effect : effects) {
                if (effect instanceof Effect.Send send) {
                    send(send.peer());
                } else if (effect instanceof Effect.Place place) {
                    placed(place);
                } else if (effect instanceof Effect.Tell tell) {
                    migrations += tell.migration().state() == org.nearzero.api.sites.Migration.State.COMPLETED ? 1 : 0;
                }
            }
            Instant at = site.wakeAt();
            if (at.isBefore(alarm)) {
                alarm = at;
                time.at(at, () -> {
                    if (alarm.equals(at)) {
                        alarm = Instant.MAX;
                        run(site.on(SiteEvent.WOKEN, time.now()));
                    }
                });
            }
        }

        private void placed(Effect.Place place) {
            AppId app = place.application().appId();
            if (place.placement() instanceof Placement.Serve) {
                time.after(Duration.ofSeconds(1), () -> {
                    serving.add(app);
                    look(app);
                });
            } else if (serving.remove(app)) {
                look(app);
            }
        }

        private void send(PopId peer) {
            if (!underWay.add(peer)) {
                again.add(peer);
                return;
            }
            messages++;
            SyncMessage message = site.messageFor(peer, time.now());
            Host other = byName.get(peer);
            long sent = time.nanos();
            time.after(Duration.ofMillis(10), () -> {
                other.run(other.site.received(message, time.now()));
                SyncMessage reply = other.site.messageFor(pop, time.now());
                messages++;
                time.after(Duration.ofMillis(10), () -> {
                    underWay.remove(peer);
                    run(site.on(new SiteEvent.Answered(peer, Duration.ofNanos(time.nanos() - sent)), time.now()));
                    run(site.received(reply, time.now()));
                    if (again.remove(peer)) {
                        send(peer);
                    }
                });
            });
        }
    }
}
