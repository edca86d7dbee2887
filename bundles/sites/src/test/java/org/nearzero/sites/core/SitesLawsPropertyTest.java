package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.SHOP;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PointOfPresence.Availability;

/**
 * The laws under everything that may happen to three sites: {@link Network} and {@link Host} check at each step that no epoch goes back,
 * that no more serve than may, that nothing is decided twice within the cooldown, and that nothing is sent before it is written; here it
 * is checked that they agree in the end, and that what they agree on is right.
 */
class SitesLawsPropertyTest {
    private enum Kind {
        SESSIONS,
        PASS,
        CUT,
        HEAL,
        CRASH,
        BREAK,
        REPAIR,
        AVAILABILITY,
        APPLY,
        APPLY_HERE,
        DELETE
    }

    private record Action(Kind kind, int site, int amount) {}

    private static Arbitrary<Action> actions(Kind... kinds) {
        return Combinators.combine(
                        Arbitraries.of(kinds),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 20))
                .as(Action::new);
    }

    @Provide
    Arbitrary<Action> users() {
        return actions(
                Kind.SESSIONS,
                Kind.SESSIONS,
                Kind.PASS,
                Kind.PASS,
                Kind.CUT,
                Kind.HEAL,
                Kind.CRASH,
                Kind.BREAK,
                Kind.REPAIR);
    }

    @Provide
    Arbitrary<Action> everybody() {
        return actions(Kind.values());
    }

    @Property(tries = 60)
    void whateverHappensToUsersAndMachinesTheyAgreeInTheEnd(
            @ForAll long seed, @ForAll @Size(min = 5, max = 40) List<@From("users") Action> actions) {
        run(new Network(3, seed), actions);
    }

    @Property(tries = 60)
    void whateverOperatorsAndDevelopersDoBesideTheyAgreeInTheEnd(
            @ForAll long seed, @ForAll @Size(min = 5, max = 40) List<@From("everybody") Action> actions) {
        Network network = new Network(3, seed);
        network.bySessionsAlone = false;
        run(network, actions);
    }

    private static void run(Network network, List<Action> actions) {
        network.hosts.get(0).on(new SiteEvent.Apply(network.version(0)));
        network.pass(Duration.ofSeconds(5));
        int version = 1;
        for (Action action : actions) {
            act(network, action, version++);
        }
        network.calm();
        // Beyond the longest back-off, so that whatever failed has been tried again.
        network.pass(Duration.ofMinutes(16));
        for (int second = 0; second < 30 && !network.converged(); second++) {
            network.pass(Duration.ofSeconds(1));
        }
        assertTrue(network.converged(), "they do not agree");
        network.checkOutcome();
    }

    private static void act(Network network, Action action, int version) {
        Host host = network.hosts.get(action.site());
        switch (action.kind()) {
            case SESSIONS -> host.sessions(action.amount());
            case PASS -> network.pass(Duration.ofSeconds(1 + 2L * action.amount()));
            case CUT -> network.cut(action.site(), (action.site() + 1) % 3, true);
            case HEAL -> network.cut(action.site(), (action.site() + 1) % 3, false);
            case CRASH -> host.crashAfter = action.amount();
            case BREAK -> host.broken = true;
            case REPAIR -> host.broken = false;
            case AVAILABILITY -> {
                Availability[] all = Availability.values();
                host.on(new SiteEvent.SetAvailability(
                        network.hosts.get(action.amount() % 3).pop, all[action.amount() % all.length]));
            }
            case APPLY -> {
                if (host.site != null) {
                    PopId home = host.site.homebaseOf(SHOP).orElse(host.pop);
                    network.host(home).on(new SiteEvent.Apply(network.version(version)));
                }
            }
            case APPLY_HERE -> host.on(new SiteEvent.Apply(network.version(version)));
            case DELETE -> host.on(new SiteEvent.Delete(SHOP, Duration.ofSeconds(1)));
        }
    }
}
