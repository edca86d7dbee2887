package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void theFirstSampleIsTheMeanAndHalfOfItTheDeviation() {
        RoundTrip first = RoundTrip.UNKNOWN.sample(ms(800));
        assertEquals(ms(800), first.srtt());
        assertEquals(ms(400), first.rttvar());
        assertEquals(ms(2400), first.timeout());
    }

    @Test
    void furtherSamplesCountAnEighthAndAQuarter() {
        RoundTrip second = RoundTrip.UNKNOWN.sample(ms(800)).sample(ms(1600));
        assertEquals(ms(900), second.srtt());
        assertEquals(ms(500), second.rttvar());
    }

    @Test
    void isNeverLessThanASecondNorMoreThanThirty() {
        assertEquals(ms(1000), RoundTrip.UNKNOWN.timeout());
        assertEquals(ms(1000), RoundTrip.UNKNOWN.sample(ms(3)).timeout());
        assertEquals(ms(30_000), RoundTrip.UNKNOWN.sample(ms(60_000)).timeout());
    }

    @Test
    void doublesWithEachLossUntilASampleTellsBetter() {
        RoundTrip lost = RoundTrip.UNKNOWN.sample(ms(3)).lost().lost();
        assertEquals(ms(4000), lost.timeout());
        RoundTrip often = lost;
        for (int i = 0; i < 100; i++) {
            often = often.lost();
        }
        assertEquals(ms(30_000), often.timeout());
        assertEquals(ms(1000), often.sample(ms(3)).timeout());
    }

    @Test
    void aRoundTripOfNoTimeIsASampleToo() {
        RoundTrip still = RoundTrip.UNKNOWN.sample(Duration.ZERO).sample(ms(800));
        assertEquals(ms(100), still.srtt());
    }
}
