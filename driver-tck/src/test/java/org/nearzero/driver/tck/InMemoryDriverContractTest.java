package org.nearzero.driver.tck;

import java.time.Duration;

/** The contract does not ask for the impossible: here is a driver that keeps all of it. */
class InMemoryDriverContractTest extends ContainerDriverContract {
    @Override
    protected DriverUnderTest underTest() {
        return new InMemoryUnderTest(Duration.ofSeconds(30), (driver, engine) -> driver);
    }
}
