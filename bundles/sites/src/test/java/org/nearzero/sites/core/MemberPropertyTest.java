package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.sites.PointOfPresence.Availability;

class MemberPropertyTest {
    @Provide
    Arbitrary<Member> members() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 2),
                        Arbitraries.longs().between(1, 2),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.of(Availability.values()),
                        Arbitraries.longs().between(0, 2))
                .as((incarnation, version, port, availability, said) -> new Member(
                        Given.EDGE,
                        Given.ZONE,
                        List.of(new Endpoint("10.0.0.1", port)),
                        List.of(),
                        incarnation,
                        version,
                        availability,
                        said));
    }

    @Property
    void itDoesNotMatterInWhichOrderOrHowOftenTheyAreHeard(
            @ForAll("members") Member a, @ForAll("members") Member b, @ForAll("members") Member c) {
        assertEquals(a.merge(b), b.merge(a));
        assertEquals(a.merge(b).merge(c), a.merge(b.merge(c)));
        assertEquals(a, a.merge(a));
        assertEquals(a.merge(b), a.merge(b).merge(b));
    }

    @Property
    void theOperatorsLastWordStaysWhateverTheSiteSaysOfItself(
            @ForAll("members") Member a, @ForAll("members") Member b) {
        Member merged = a.merge(b);
        assertEquals(Math.max(a.availabilityVersion(), b.availabilityVersion()), merged.availabilityVersion());
        assertEquals(Math.max(a.incarnation(), b.incarnation()), merged.incarnation());
    }
}
