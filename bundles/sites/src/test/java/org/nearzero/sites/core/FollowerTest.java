package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.nearzero.sites.core.Given.EDGE;
import static org.nearzero.sites.core.Given.SHOP;
import static org.nearzero.sites.core.Given.pop;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;

class FollowerTest {
    private static final List<Endpoint> DOORS = List.of(new Endpoint("10.0.0.1", 7443));

    private static FollowerRecord claim(int homebase, String version, long offer, Role role, long epoch) {
        return new FollowerRecord(
                pop(homebase),
                Given.application(version, Optional.of(Given.policy())),
                offer,
                epoch == 0 ? Optional.empty() : Optional.of(new Assignment(SHOP, EDGE, role, epoch, "r" + epoch)));
    }

    private final Follower serving = new Follower(claim(1, "1", 1, Role.SERVE, 7), false);

    @Test
    void theHigherEpochWins() {
        assertEquals(
                Role.RELAY,
                serving.hear(claim(1, "1", 1, Role.RELAY, 8), false)
                        .follower()
                        .kept()
                        .role());
    }

    @Test
    void alowerEpochIsDroppedButTheVersionThatCameWithItIsNot() {
        Follower.Heard heard = serving.hear(claim(1, "2", 1, Role.RELAY, 6), false);
        assertEquals(Role.SERVE, heard.follower().kept().role());
        assertEquals("2", heard.follower().kept().application().version());
        assertEquals("assignment of epoch 6 after 7", heard.dropped());
    }

    @Test
    void anOfferOfTheApplicationsLifeBeforeIsDropped() {
        Follower later = new Follower(claim(1, "1", 9, Role.RELAY, 0), false);
        assertSame(later, later.hear(claim(1, "0", 1, Role.SERVE, 20), false).follower());
    }

    @Test
    void anOfferVoidsTheAssignmentsBelowIt() {
        Follower.Heard heard = serving.hear(claim(1, "1", 9, Role.SERVE, 7), false);
        assertEquals(Role.RELAY, heard.follower().kept().role());
        assertEquals(9, heard.follower().kept().epoch());
    }

    @Test
    void ofTwoHomebasesTheHigherOfferWinsThenTheLowerName() {
        assertEquals(
                pop(3),
                serving.hear(claim(3, "1", 2, Role.RELAY, 0), false)
                        .follower()
                        .kept()
                        .homebase());
        assertEquals(
                pop(1),
                serving.hear(claim(3, "1", 1, Role.RELAY, 99), false)
                        .follower()
                        .kept()
                        .homebase());
        Follower third = new Follower(claim(3, "1", 1, Role.RELAY, 0), false);
        assertEquals(
                pop(1),
                third.hear(claim(1, "1", 1, Role.RELAY, 0), false)
                        .follower()
                        .kept()
                        .homebase());
    }

    @Test
    void whoIsCutOffGoesOnWithWhatItServes() {
        assertInstanceOf(Placement.Serve.class, serving.cutOff(true).placement(DOORS));
        Follower relaying = new Follower(claim(1, "1", 1, Role.RELAY, 7), true);
        assertInstanceOf(Placement.Relay.class, relaying.placement(DOORS));
    }

    @Test
    void whereThePolicyLetsItItServesWhatItRelayedUntilTheHomebaseIsBack() {
        FollowerRecord kept = new FollowerRecord(
                pop(1),
                Given.application("1", Optional.of(Given.policy(1, OnHomebaseLost.START))),
                1,
                Optional.empty());
        Follower cutOff = new Follower(kept, true);
        assertInstanceOf(Placement.Serve.class, cutOff.placement(DOORS));
        assertInstanceOf(Placement.Relay.class, cutOff.cutOff(false).placement(DOORS));
    }
}
