package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;

class SitesComponentTest {
    private static final PopId MEC = new PopId("mec-1");

    /** A configuration as Declarative Services makes it: what is not given is the default of the annotation. */
    private static SitesComponent.Config config(Map<String, Object> given) {
        return (SitesComponent.Config) java.lang.reflect.Proxy.newProxyInstance(
                SitesComponent.class.getClassLoader(),
                new Class<?>[] {SitesComponent.Config.class, Annotation.class},
                (proxy, method, arguments) -> given.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static SitesSettings settings(Map<String, Object> given) {
        return SitesComponent.settings(config(given), given, MEC);
    }

    @Test
    void theDefaultsAreAsDocumented() {
        SitesSettings settings = settings(Map.of(
                "zoneId", "zone-1", "certificateDirectory", "tls", "doors", new String[] {"mec-1.example:7443"}));

        assertEquals(
                new SitesSettings(
                        MEC,
                        new ZoneId("zone-1"),
                        List.of(new Endpoint("mec-1.example", 7443)),
                        List.of(),
                        List.of(),
                        Duration.ofSeconds(2),
                        Optional.empty(),
                        Duration.ofDays(365),
                        Optional.of(Path.of("data/images"))),
                settings);
    }

    @Test
    void everyKeyIsRead() {
        SitesSettings settings = settings(Map.of(
                "zoneId",
                "zone-1",
                "certificateDirectory",
                "tls",
                "doors",
                new String[] {"a:1", "b:2"},
                "ingressEndpoints",
                new String[] {"c:3"},
                "peers",
                new String[] {"mec-2@d:4", "dns:e:5"},
                "heartbeatMillis",
                500L,
                "authorityDirectory",
                "ca",
                "memberValidityDays",
                30L,
                "imageDirectory",
                "/srv/images"));

        assertEquals(
                new SitesSettings(
                        MEC,
                        new ZoneId("zone-1"),
                        List.of(new Endpoint("a", 1), new Endpoint("b", 2)),
                        List.of(new Endpoint("c", 3)),
                        List.of(
                                new PeerAddress.Named(new PopId("mec-2"), new Endpoint("d", 4)),
                                new PeerAddress.Dns("e", 5)),
                        Duration.ofMillis(500),
                        Optional.of(Path.of("ca")),
                        Duration.ofDays(30),
                        Optional.of(Path.of("/srv/images"))),
                settings);
    }

    @Test
    void withoutADirectoryNoImagesComeFromOtherSites() {
        SitesSettings settings = settings(Map.of(
                "zoneId",
                "zone-1",
                "certificateDirectory",
                "tls",
                "doors",
                new String[] {"a:1"},
                "imageDirectory",
                " "));

        assertEquals(Optional.empty(), settings.images());
    }

    @Test
    void allProblemsAreToldTogether() {
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> settings(Map.of(
                        "zoneId",
                        "",
                        "doors",
                        new String[] {"a"},
                        "peers",
                        new String[] {"d:4", "Mec@d"},
                        "heartbeatMillis",
                        1L,
                        "memberValidityDays",
                        0L,
                        "heartbeat",
                        5)));

        assertEquals(
                List.of(
                        "org.nearzero.sites.edgeCloudZoneId",
                        "org.nearzero.sites.certificateDirectory",
                        "org.nearzero.sites.doors",
                        "org.nearzero.sites.peers",
                        "org.nearzero.sites.peers.popId",
                        "org.nearzero.sites.peers",
                        "org.nearzero.sites.heartbeat",
                        "org.nearzero.sites.memberValidity",
                        "org.nearzero.sites.heartbeat"),
                refused.problems().stream().map(problem -> problem.field()).toList());
    }

    @Test
    void aSiteWithoutADoorIsRefused() {
        InvalidInputException refused = assertThrows(
                InvalidInputException.class, () -> settings(Map.of("zoneId", "zone-1", "certificateDirectory", "tls")));

        assertEquals(
                "org.nearzero.sites.doors: missing (expected: at least one host:port at which peers reach this site)",
                refused.getMessage());
    }
}
