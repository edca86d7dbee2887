package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.sites.core.Given.pop;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;

class HomebaseChoiceTest {
    private static PointOfPresence site(int number, String zone, Availability availability, boolean reachable) {
        return new PointOfPresence(
                pop(number), new ZoneId(zone), availability, reachable, List.of(), List.of(), Given.NOON);
    }

    private static final List<PointOfPresence> SITES = List.of(
            site(5, "b", Availability.ACTIVE, true),
            site(4, "b", Availability.ACTIVE, true),
            site(3, "b", Availability.ACTIVE, false),
            site(2, "b", Availability.EXCLUDED, true),
            site(1, "a", Availability.ACTIVE, true));

    private static Optional<PopId> inZone(String zone, int at) {
        Application application = Given.application(
                "1",
                Optional.empty(),
                Optional.of(zone).filter(z -> !z.isEmpty()).map(ZoneId::new));
        return HomebaseChoice.inZone(application, pop(at), SITES);
    }

    @Test
    void theFirstByNameInTheZoneThatIsActiveAndReached() {
        assertEquals(Optional.of(pop(4)), inZone("b", 1));
    }

    @Test
    void theOneWhereItWasHandedOverIfThatIsThere() {
        assertEquals(Optional.of(pop(5)), inZone("b", 5));
        assertEquals(Optional.of(pop(4)), inZone("b", 2), "not one that is excluded");
    }

    @Test
    void noneInAZoneWithoutSitesAndNoneWhereNoZoneIsNamed() {
        assertEquals(Optional.empty(), inZone("c", 1));
        assertEquals(Optional.empty(), inZone("", 1));
    }

    @Test
    void theRulesAnswerIfThatMayBeChosenElseWhereItWasHandedOver() {
        assertEquals(pop(4), HomebaseChoice.byRule(Optional.of(pop(4)), pop(1), SITES));
        assertEquals(pop(1), HomebaseChoice.byRule(Optional.of(pop(3)), pop(1), SITES));
        assertEquals(pop(1), HomebaseChoice.byRule(Optional.empty(), pop(1), SITES));
    }
}
