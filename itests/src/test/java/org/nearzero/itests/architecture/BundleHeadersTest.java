package org.nearzero.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.driver.ContainerDriver;

/** The manifests keep internal packages inside and give each shared one a version. */
class BundleHeadersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.nearzero.api.driver.ContainerDriver",
                "org.nearzero.policy.internal.RuledPolicyEngine",
                "org.nearzero.orchestrator.internal.EventLoopOrchestrator",
                "org.nearzero.ingress.internal.IngressComponent",
                "org.nearzero.management.core.Manifest",
                "org.nearzero.store.internal.MvStore",
                "org.nearzero.drivers.docker.internal.DockerDriver",
                "org.nearzero.drivers.process.internal.ProcessDriver",
                "org.nearzero.startup.internal.StartupReport"
            })
    void everyBundleSharesOnlyVersionedPackages(String classInIt) throws ReflectiveOperationException {
        BundleHeaders headers = BundleHeaders.of(place(Class.forName(classInIt)));
        assertEquals(List.of(), headers.problems());
    }

    @Test
    void theApiSharesAllOfItsPackages() {
        assertEquals(
                Set.of(
                        "org.nearzero.api.driver",
                        "org.nearzero.api.ingress",
                        "org.nearzero.api.model",
                        "org.nearzero.api.orchestrator",
                        "org.nearzero.api.policy",
                        "org.nearzero.api.sites",
                        "org.nearzero.api.store",
                        "org.nearzero.api.time"),
                BundleHeaders.of(place(ContainerDriver.class)).exports().keySet());
    }

    /** A driver is a consumer of the SPI: a new method on another interface of the package must not shut it out. */
    @Test
    void aDriverAcceptsEveryCompatibleVersionOfTheSpi() throws ReflectiveOperationException {
        Path driver = place(Class.forName("org.nearzero.drivers.process.internal.ProcessDriver"));
        String range = BundleHeaders.of(driver).imports().get("org.nearzero.api.driver");
        assertTrue(range.matches("\\[0\\.\\d+,1\\)"), range);
    }

    @Test
    void eachWrongHeaderIsSeen() throws IOException {
        BundleHeaders headers =
                BundleHeaders.of(new Manifest(new ByteArrayInputStream("""
                Manifest-Version: 1.0
                Bundle-SymbolicName: wrong
                Export-Package: a.internal;version="1.0",b.core;version="1.0",c;uses:="d,e",f;version="2"
                Import-Package: org.nearzero.api.model,java.util

                """.getBytes(StandardCharsets.UTF_8))));
        assertEquals(
                List.of(
                        "wrong exports a.internal (expected: internal and core stay inside)",
                        "wrong exports b.core (expected: internal and core stay inside)",
                        "wrong exports c without a version",
                        "wrong imports org.nearzero.api.model without a version range"),
                headers.problems());
    }

    private static Path place(Class<?> classInIt) {
        try {
            return Path.of(classInIt
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(classInIt.getName(), e);
        }
    }
}
