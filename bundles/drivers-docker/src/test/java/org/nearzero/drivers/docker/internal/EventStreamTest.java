package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    @Test
    void asksTheEngineInDigitsThatItKnowsWhateverTheMachinesLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertEquals("1767225600.000000042", EventStream.timestamp(Instant.ofEpochSecond(1_767_225_600, 42)));
        } finally {
            Locale.setDefault(before);
        }
    }
}
