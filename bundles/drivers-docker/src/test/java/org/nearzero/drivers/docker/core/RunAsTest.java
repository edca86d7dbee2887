package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunAsTest {
    @ParameterizedTest
    @CsvSource({
        "'', nobody, nobody",
        "root, 65534:65534, 65534:65534",
        "0, 65534, 65534",
        "0:1000, 65534, 65534",
        ":5, 65534, 65534",
        "+0, 65534, 65534",
        "-0, 65534, 65534",
        "00, 65534, 65534",
        "+00:5, 65534, 65534",
        "4294967296, 65534, 65534",
        "+1000, 65534, ''",
        "root:www, 65534, 65534",
        "www, 65534, ''",
        "1000:0, 65534, ''",
        "rooted, 65534, ''",
        "10, 65534, ''",
        "root, '', ''",
        "'', '', ''",
    })
    void rootOnlyWhereTheOperatorLeavesItToTheImage(String imageUser, String instead, String user) {
        assertEquals(user, RunAs.user(imageUser, instead));
    }
}
