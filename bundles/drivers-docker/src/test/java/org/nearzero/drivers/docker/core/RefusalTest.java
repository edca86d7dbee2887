package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nearzero.api.driver.DriverException.Code;

class RefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404|No such image: acme/shop:7|IMAGE_NOT_FOUND",
                "404|No such container: shop.1|NOT_FOUND",
                "400|OCI runtime create failed: exec: \"/x\": executable file not found in $PATH: unknown|IMAGE_INVALID",
                "400|Minimum memory limit allowed is 6MB|UNSUPPORTED",
                "500|failed to create shim: no space left on device|NO_CAPACITY",
                "500|driver failed: all ports are allocated|NO_CAPACITY",
                "500|exec: \"docker-init\": executable file not found in $PATH|UNSUPPORTED",
                "503|server is shutting down|ENGINE_UNAVAILABLE",
                "500|something else|INTERNAL",
            })
    void readsTheEnginesWords(int status, String words, Code code) {
        assertEquals(code, Refusal.of(status, words).code());
    }
}
