package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.sites.core.Acks;
import org.nearzero.sites.core.FollowerRecord;
import org.nearzero.sites.core.HomebaseRecord;
import org.nearzero.sites.core.Kept;
import org.nearzero.sites.core.Member;
import org.nearzero.sites.core.Offer;
import org.nearzero.sites.core.Part;
import org.nearzero.sites.core.ShareRecord;
import org.nearzero.sites.core.SyncMessage;
import org.nearzero.sites.core.Times;

/** What is written can be read: the very same value comes back. */
class CodecPropertyTest {
    private static final PopId HUB = new PopId("hub");

    @Property(tries = 300)
    void anApplicationComesBackTheSame(@ForAll("applications") Application application) {
        assertEquals(
                application,
                Json.read(Json.write(new Wire.Apply(application)), Wire.Apply.class)
                        .application());
    }

    @Property(tries = 100)
    void aRecordComesBackTheSame(@ForAll("records") Kept record) {
        assertEquals(record, Codec.record(record.table(), Codec.record(record)));
    }

    @Property(tries = 100)
    void aMessageComesBackTheSame(@ForAll("messages") SyncMessage message) {
        assertEquals(message, Codec.message(Codec.message(message)));
    }

    @Property(tries = 50)
    void aDeploymentComesBackTheSame(
            @ForAll("applications") Application application, @ForAll("shares") ShareRecord share) {
        Deployment deployment = new Deployment(
                application,
                HUB,
                share.assignment().stream().toList(),
                List.of(report(application.appId())),
                share.migration().stream().toList());
        assertEquals(deployment, Codec.deployment(Codec.deployment(deployment)));
    }

    @Property(tries = 50)
    void whatALaterVersionSaysMoreIsPassedOver(@ForAll("messages") SyncMessage message) {
        String json = new String(Codec.message(message), StandardCharsets.UTF_8)
                .replace("\"incarnation\":", "\"novelty\":{\"a\":[1]},\"incarnation\":");
        assertEquals(message, Codec.message(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Provide
    Arbitrary<Application> applications() {
        Arbitrary<Map<String, String>> env = Arbitraries.maps(
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(10),
                        Arbitraries.strings().ofMaxLength(20))
                .ofMaxSize(4);
        Arbitrary<Resources> resources = Combinators.combine(
                        Arbitraries.integers().between(10, 1_024_000),
                        Arbitraries.longs().between(4L << 20, 1L << 40),
                        Arbitraries.integers().between(1, 1_000_000))
                .as(Resources::new);
        Arbitrary<List<String>> command =
                Arbitraries.strings().ofMaxLength(20).list().ofMaxSize(4);
        return Combinators.combine(
                        appIds(),
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(60),
                        artefacts(),
                        command,
                        env,
                        Arbitraries.integers().between(1, 65_535),
                        resources,
                        policies())
                .as((id, text, artefact, line, variables, port, limits, policy) ->
                        new Application(id, text, text, artefact, line, variables, port, limits, policy));
    }

    private static Arbitrary<AppId> appIds() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(1)
                .ofMaxLength(20)
                .map(AppId::new);
    }

    private static Arbitrary<Artefact> artefacts() {
        return Combinators.combine(
                        Arbitraries.strings()
                                .withCharRange('!', '~')
                                .ofMinLength(1)
                                .ofMaxLength(60),
                        Arbitraries.of("", "sha256:" + "0f".repeat(32)))
                .as(Artefact::new);
    }

    private static Arbitrary<Duration> durations(Duration min, Duration max) {
        return Arbitraries.longs().between(min.toNanos(), max.toNanos()).map(Duration::ofNanos);
    }

    private static Arbitrary<ServerlessPolicy> policies() {
        Arbitrary<List<RouteMatch>> routes = Combinators.combine(
                        Arbitraries.strings()
                                .withCharRange('a', 'z')
                                .ofMinLength(1)
                                .ofMaxLength(10),
                        Arbitraries.of("/", "/a", "/a%20b/c"))
                .as(RouteMatch::new)
                .list()
                .uniqueElements()
                .ofMinSize(1)
                .ofMaxSize(3);
        return Combinators.combine(
                        routes,
                        scalings(),
                        durations(Duration.ZERO, Duration.ofHours(24)),
                        Arbitraries.of("", "/ready?x=1").map(ReadinessPolicy::new),
                        zones().optional(),
                        migrationPolicies().optional())
                .as(ServerlessPolicy::new);
    }

    private static Arbitrary<ScalingPolicy> scalings() {
        Arbitrary<QueuePolicy> queues = Combinators.combine(
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.longs().between(0, 1L << 30),
                        durations(Duration.ofMillis(10), Duration.ofMinutes(10)))
                .as(QueuePolicy::new);
        Duration day = Duration.ofHours(24);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 1_000_000),
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.integers().between(10, 10_000),
                        durations(Duration.ZERO, day),
                        durations(Duration.ZERO, day),
                        durations(Duration.ofMillis(100), Duration.ofMinutes(30)),
                        queues)
                .as(ScalingPolicy::new);
    }

    private static Arbitrary<ZoneId> zones() {
        return Arbitraries.of("zone-1", "Z.2", "a_b").map(ZoneId::new);
    }

    private static Arbitrary<MigrationPolicy> migrationPolicies() {
        Duration day = Duration.ofHours(24);
        return Combinators.combine(
                        Arbitraries.integers().between(11, 1_000_000),
                        durations(Duration.ZERO, day),
                        Arbitraries.integers().between(0, 10),
                        durations(Duration.ZERO, day),
                        zones().set().ofMaxSize(3),
                        Arbitraries.integers().between(1, 10_000),
                        durations(Duration.ZERO, day),
                        Arbitraries.of(MigrationPolicy.OnHomebaseLost.class))
                .as((threshold, window, back, cooldown, zones, most, drain, lost) ->
                        new MigrationPolicy(threshold, window, back, cooldown, Set.copyOf(zones), most, drain, lost));
    }

    @Provide
    Arbitrary<Kept> records() {
        return Arbitraries.oneOf(
                members().map(Kept.class::cast),
                shares().map(Kept.class::cast),
                homebases().map(Kept.class::cast),
                followers().map(Kept.class::cast));
    }

    private static Arbitrary<Instant> instants() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 4_000_000_000_000L).map(Instant::ofEpochMilli),
                Arbitraries.of(Times.NEVER, Times.FOREVER, Instant.EPOCH.plusNanos(1)));
    }

    private static Arbitrary<Member> members() {
        Arbitrary<List<Endpoint>> endpoints = Combinators.combine(
                        Arbitraries.of("a.example", "::1", "10.0.0.1"),
                        Arbitraries.integers().between(1, 65_535),
                        Arbitraries.of(true, false))
                .as(Endpoint::new)
                .list()
                .ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.of("east", "west").map(PopId::new),
                        zones(),
                        endpoints,
                        Arbitraries.longs().greaterOrEqual(0),
                        Arbitraries.of(Availability.class))
                .as((pop, zone, where, number, availability) ->
                        new Member(pop, zone, where, where, number, number, availability, number));
    }

    @Provide
    Arbitrary<ShareRecord> shares() {
        Arbitrary<Migration> migrations = Combinators.combine(
                        Arbitraries.of(Migration.State.class),
                        instants(),
                        Arbitraries.strings().ofMaxLength(20))
                .as((state, at, reason) -> new Migration(
                        "shop/east/3",
                        new AppId("shop"),
                        HUB,
                        new PopId("east"),
                        3,
                        state,
                        1,
                        List.of(new Migration.Step(state, at, reason))));
        Arbitrary<Assignment> assignments = Combinators.combine(
                        Arbitraries.of(Role.class), Arbitraries.longs().greaterOrEqual(1))
                .as((role, epoch) -> new Assignment(new AppId("shop"), new PopId("east"), role, epoch, "why"));
        return Combinators.combine(
                        Arbitraries.of(Role.class),
                        instants(),
                        assignments.optional(),
                        migrations.optional(),
                        instants(),
                        instants(),
                        Arbitraries.integers().between(0, 9))
                .as((role, decided, assignment, migration, deadline, retry, failures) -> new ShareRecord(
                        new AppId("shop"),
                        new PopId("east"),
                        role,
                        decided,
                        assignment,
                        4,
                        migration,
                        deadline,
                        failures,
                        retry));
    }

    private Arbitrary<HomebaseRecord> homebases() {
        return Combinators.combine(
                        applications().optional(), Arbitraries.longs().greaterOrEqual(0))
                .as((application, epoch) ->
                        new HomebaseRecord(new AppId("shop"), application, epoch, epoch, Duration.ofSeconds(3)));
    }

    private Arbitrary<FollowerRecord> followers() {
        return Combinators.combine(applications(), shares())
                .as((application, share) -> new FollowerRecord(HUB, application, 7, share.assignment()));
    }

    @Provide
    Arbitrary<SyncMessage> messages() {
        return Combinators.combine(members(), homebases(), shares(), applications())
                .as((member, homebase, share, application) -> new SyncMessage(
                        HUB,
                        5,
                        6,
                        new Acks(1, 2, 3, 4, 5),
                        new Part<>(0, 3, List.of(member)),
                        new Part<Offer>(1, 2, List.of(homebase.offer())),
                        new Part<>(2, 2, share.assignment().stream().toList()),
                        new Part<>(0, 9, List.of(report(application.appId())))));
    }

    private static SiteReport report(AppId appId) {
        return new SiteReport(new PopId("east"), appId, 1, 2, 3, 4, 5, 6, 7, 8, "wrong");
    }
}
