package org.nearzero.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.management.internal.FakeSites;
import org.nearzero.management.internal.ManagementSettings;

/** The commands at a site that has peers. */
class SitesCommandsTest extends Commands {
    private static final AppId SHOP = new AppId("shop");
    private static final PopId TARGET = new PopId("mec-2");

    private final FakeSites sites = new FakeSites(orchestrator);

    @BeforeEach
    void join() {
        server.sites(Optional.of(sites));
    }

    private void migrating() {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        Demand demand = new Demand(SHOP, 3, 1, 10, 0, 2, 2, Map.of(), List.of());
        orchestrator.set("shop", ApplicationStatus.State.SERVING, demand, "", Optional.empty());
        sites.set(
                "shop",
                List.of(new Assignment(SHOP, TARGET, Assignment.Role.SERVE, 7, "20 sessions for 10s")),
                List.of(new SiteReport(TARGET, SHOP, 7, 1, 20, 18, 30, 4, 2, 0, "")),
                new Migration(
                        "shop.mec-2.7",
                        SHOP,
                        new PopId("mec-1"),
                        TARGET,
                        7,
                        Migration.State.DRAINING,
                        1,
                        List.of(new Migration.Step(
                                Migration.State.DRAINING, AT.plusNanos(123_456_789), "4 relayed connections left"))));
    }

    @Test
    void getsPointsOfPresenceAsATable() {
        assertEquals(0, run("get", "pops"), err::toString);
        assertEquals("""
                POP     ZONE   AVAILABILITY   REACHABLE   INGRESS       DOORS                LAST HEARD
                mec-1   east   ACTIVE         yes         10.0.0.1:80   mec-1.example:7443   2026-11-24T12:00:00Z
                mec-2   east   ACTIVE         yes         10.0.0.1:80   mec-2.example:7443   2026-11-24T12:00:00Z
                mec-3   west   ACTIVE         no          10.0.0.1:80   mec-3.example:7443   2026-11-24T12:00:00Z
                """, out.toString());
    }

    @Test
    void getsZonesAsATable() {
        run("pop", "drain", "mec-2");
        assertEquals(0, run("get", "zones"), err::toString);
        assertEquals("""
                ZONE   STATUS    AVAILABILITY   POPS
                east   active    mixed          mec-1, mec-2
                west   unknown   ACTIVE         mec-3
                """, out.toString());
    }

    @Test
    void getsMigrationsAsATable() {
        assertEquals(0, run("get", "migrations"));
        assertEquals("no migration\n", out.toString());

        migrating();
        assertEquals(0, run("get", "migrations"));
        assertEquals("""
                MIGRATION      APP    FROM    TO      STATE      SINCE                  ATTEMPT   REASON
                shop.mec-2.7   shop   mec-1   mec-2   DRAINING   2026-11-24T12:00:00Z   1         4 relayed connections left
                """, out.toString());
    }

    @Test
    void whatItGetsAsJsonIsWhatTheApiHas() throws IOException {
        migrating();
        assertEquals(0, run("get", "pops", "-o", "json"));
        Tree pop = Tree.read(out.toString()).at("pointsOfPresence").first();
        assertEquals("7443", pop.at("doors").first().text("port"));
        assertEquals(0, run("get", "zones", "-o", "json"));
        assertEquals(
                "east", Tree.read(out.toString()).at("edgeCloudZones").first().text("edgeCloudZoneName"));
        assertEquals(0, run("get", "migrations", "-o", "json"));
        assertEquals(7, Tree.read(out.toString()).at("migrations").first().number("epoch"));
    }

    @Test
    void setsAPointOfPresence() {
        for (String[] one : new String[][] {{"drain", "DRAINING"}, {"exclude", "EXCLUDED"}, {"activate", "ACTIVE"}}) {
            assertEquals(0, run("pop", one[0], "mec-2"), err::toString);
            assertEquals("mec-2: " + one[1] + "\n", out.toString());
        }
        assertEquals(List.of("mec-2 DRAINING", "mec-2 EXCLUDED", "mec-2 ACTIVE"), sites.calls());
    }

    @Test
    void setsAZone() {
        for (String[] one : new String[][] {{"drain", "DRAINING"}, {"exclude", "EXCLUDED"}, {"activate", "ACTIVE"}}) {
            assertEquals(0, run("zone", one[0], "west"), err::toString);
            assertEquals("west: " + one[1] + "\n", out.toString());
        }
        assertEquals(List.of("mec-3 DRAINING", "mec-3 EXCLUDED", "mec-3 ACTIVE"), sites.calls());
    }

    @Test
    void whatCannotBeSetIsToldInThePlatformsWords() {
        assertEquals(1, run("pop", "drain", "mec-9"));
        assertEquals("nearzero: pop=mec-9: no such point of presence among this site's peers\n", err.toString());
        assertEquals(1, run("zone", "drain", "a b/c"));
        assertEquals(
                "nearzero: edgeCloudZoneId: a b/c (expected: 1 to 64 of A-Z, a-z, 0-9 and inner . _ -)\n",
                err.toString());
        assertEquals(2, run("pop", "drain"));
        assertEquals(2, run("pop", "drain", ""));
        assertEquals(2, run("pop"));
        assertEquals(List.of(), sites.calls());
    }

    @Test
    void aTokenIsShownForAChangeAsWell() {
        server.close();
        Path token = directory.resolve("token");
        serve(ManagementSettings.of("127.0.0.1", 0).withTokenFile(token));
        server.sites(Optional.of(sites));

        assertEquals(1, run("pop", "drain", "mec-2"));
        assertEquals(0, run("pop", "drain", "mec-2", "--token-file", token.toString()), err::toString);
        server.close();
        assertEquals(3, run("pop", "drain", "mec-2"));
        assertTrue(err.toString().contains(": not reachable: "), err.toString());
    }

    @Test
    void aSiteWithoutPeersSaysWhereToSetThem() {
        server.sites(Optional.empty());
        for (String[] command :
                new String[][] {{"get", "pops"}, {"get", "zones"}, {"get", "migrations"}, {"zone", "drain", "x"}}) {
            assertEquals(1, run(command));
            assertTrue(
                    err.toString().endsWith(": this site has no peers configured (set them in org.nearzero.sites)\n"),
                    err.toString());
        }
    }

    @Test
    void statusTellsWhereEachApplicationIsServed() {
        migrating();
        assertEquals(0, run("status"));
        assertTrue(out.toString().endsWith("""

                APP    POP     ROLE       EPOCH   SESSIONS   CONNECTIONS   RELAYED   READY   REASON
                shop   mec-1   HOMEBASE   -       2          4             0         0       -
                shop   mec-2   SERVE      7       20         30            4         2       20 sessions for 10s
                """), out.toString());
    }

    @Test
    void applyTellsTheHomebaseIfThatIsAnotherSite() {
        sites.homebaseElsewhere();
        fed(manifest("shop", "1"), "apply", "-f", "-");

        assertEquals("shop: taken, version 1, homebase mec-2", out.toString().strip());
    }

    @Test
    void statusOfOneTellsItsHomebaseAndWhatThisSiteDoes() {
        sites.homebaseElsewhere();
        fed(manifest("shop", "1"), "apply", "-f", "-");
        Demand relayed = new Demand(SHOP, 0, 0, 0, 5, 2, 2, Map.of(), List.of());
        orchestrator.set("shop", ApplicationStatus.State.ZERO, relayed, "", Optional.empty());
        assertEquals(0, run("status", "shop"));

        List<String> lines = out.toString().lines().map(String::strip).toList();
        assertTrue(lines.contains("homebase         mec-2"), out.toString());
        assertTrue(lines.contains("placement here   RELAY"), out.toString());
        assertTrue(
                lines.contains("connections      0 in flight, 0 waiting, 5 relayed, of 2 devices in 2 sessions"),
                out.toString());
    }
}
