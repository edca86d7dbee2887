package org.nearzero.drivers.docker.internal;

import org.nearzero.driver.tck.ContainerDriverContract;
import org.nearzero.driver.tck.DriverUnderTest;

/** The whole contract, on the machine's own engine. Fails where there is none. */
class DockerDriverIT extends ContainerDriverContract {
    @Override
    protected DriverUnderTest underTest() {
        return new DockerUnderTest();
    }
}
