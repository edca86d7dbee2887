package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "abc, '', 0",
        "abc, abc, 3",
        "abc, abd, 2",
        "abc, abcd, 3",
        "abc, ab, 2",
        "abc, xbc, 0",
        "aba, abx, 2",
    })
    void whatImagesShareIsSharedFromTheLowestLayerUp(String one, String other, int shared) {
        assertEquals(shared, Chain.shared(layers(one), layers(other)));
        assertEquals(shared, Chain.shared(layers(other), layers(one)));
    }

    private static List<String> layers(String letters) {
        return letters.isEmpty() ? List.of() : List.of(letters.split(""));
    }
}
