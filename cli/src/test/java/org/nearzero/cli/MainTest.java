package org.nearzero.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.management.internal.ManagementSettings;

/** The commands against the real API, with an orchestrator that runs nothing. */
class MainTest extends Commands {
    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private void serving(String app) {
        AppId appId = new AppId(app);
        AppInstanceId id = new AppInstanceId(app + ".a1");
        AppInstance ready = new AppInstance(
                id,
                appId,
                "ab12",
                "docker",
                AppInstanceStatus.READY,
                Optional.of(new Endpoint("127.0.0.1", 32768)),
                AT,
                AT.plusNanos(123_456_789),
                "");
        Demand demand = new Demand(appId, 3, 1, 10, 2, 2, Map.of(id, 3), List.of());
        orchestrator.set(app, ApplicationStatus.State.SERVING, demand, "", Optional.empty(), ready);
    }

    @Test
    void appliesANewApplicationThenItsNewVersion() throws IOException {
        assertEquals(0, run("apply", "-f", file("shop.yaml", manifest("shop", "1"))), err::toString);
        assertEquals("shop: taken, version 1, ZERO", out.toString().strip());

        assertEquals(0, fed(manifest("shop", "2"), "apply", "-f", "-"), err::toString);
        assertEquals("shop: replaced, version 2, ZERO", out.toString().strip());
        assertEquals(List.of("apply shop 1", "apply shop 2"), orchestrator.calls());
    }

    @Test
    void tellsASyntaxErrorWhereAnEditorFindsIt() throws IOException {
        String file = file("shop.yaml", "name: shop\nversion: a: b\n");

        assertEquals(1, run("apply", "-f", file));
        assertEquals(
                "nearzero: " + file + ": not taken, 1 problem:\n  " + file
                        + ":2:11: a ':' that does not belong here (expected: quotes around a value that contains ': ', or"
                        + " the same indentation as the fields above)\n",
                err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void tellsEveryProblemWithItsLine() {
        String manifest =
                manifest("shop", "1").replace("port: 8080", "port: 0").replace("appProvider: acme", "provider: acme");

        assertEquals(1, fed(manifest, "apply", "-f", "-"));
        List<String> lines = err.toString().lines().toList();
        assertEquals("nearzero: standard input: not taken, 3 problems:", lines.get(0));
        assertEquals(
                "  standard input: appProvider: missing (expected: who hands it over, 1 to 128 characters)",
                lines.get(1));
        assertTrue(lines.get(2).startsWith("  standard input:2: provider: unknown field"), lines.get(2));
        assertEquals(
                "  standard input:5: componentSpec[0].networkInterfaces[0].port: 0 (expected: 1 to 65535)",
                lines.get(3));
    }

    @Test
    void oneThatIsRefusedDoesNotKeepTheOthersBack() throws IOException {
        orchestrator.refuseNext(new RefusedException(
                RefusedException.Code.ALREADY_EXISTS, "app=shop: route shop.example belongs to app=cart"));
        String shop = file("shop.yaml", manifest("shop", "1"));

        assertEquals(1, run("apply", "-f", shop, "-f", file("cart.yaml", manifest("cart", "1"))));
        assertEquals("nearzero: " + shop + ": app=shop: route shop.example belongs to app=cart\n", err.toString());
        assertEquals("cart: taken, version 1, ZERO", out.toString().strip());
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        assertEquals(1, run("apply", "-f", "/nowhere/shop.yaml"));
        assertEquals("nearzero: /nowhere/shop.yaml: cannot be read: no such file\n", err.toString());
    }

    @Test
    void getsApplicationsAsATable() {
        assertEquals(0, run("get"));
        assertEquals(
                "no application: \"nearzero apply -f FILE\" hands one over",
                out.toString().strip());

        fed(manifest("shop", "1"), "apply", "-f", "-");
        serving("shop");
        assertEquals(0, run("get", "apps"));
        assertEquals("""
                APP    VERSION   STATE     READY   DESIRED   IN FLIGHT   WAITING   DEVICES   CONDITION
                shop   1         SERVING   1       1         3           1         2         -
                """, out.toString());
    }

    @Test
    void getsInstancesAsATable() {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        assertEquals(0, run("get", "instances"));
        assertEquals("no instance\n", out.toString());

        serving("shop");
        assertEquals(0, run("get", "instances"));
        assertEquals("""
                INSTANCE   APP    STATUS   SINCE                  CONNECTIONS   DRIVER   ADDRESS           REASON
                shop.a1    shop   ready    2026-11-24T12:00:00Z   3             docker   127.0.0.1:32768   -
                """, out.toString());
    }

    @Test
    void getsMoreThanAPageHolds() {
        for (int i = 0; i < 101; i++) {
            fed(manifest("app-" + i, "1"), "apply", "-f", "-");
        }
        assertEquals(0, run("get"));
        assertEquals(102, out.toString().lines().count());
    }

    @Test
    void whatItGetsAsJsonIsWhatTheApiHas() throws IOException {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        serving("shop");

        assertEquals(0, run("get", "shop", "-o", "json"));
        Tree shop = Tree.read(out.toString());
        assertEquals("SERVING", shop.text("status", "state"));
        assertEquals(3, shop.number("status", "demand", "inFlight"));
        assertTrue(out.toString().contains("\"capped\" : false"), out.toString());

        assertEquals(0, run("get", "-o", "JSON"));
        assertEquals("shop", Tree.read(out.toString()).at("apps").first().text("appId"));
        assertEquals(0, run("get", "instances", "--output=json"));
        assertEquals(
                "shop.a1", Tree.read(out.toString()).at("appInstances").first().text("appInstanceId"));
    }

    @Test
    void aManifestThatItGotCanBeAppliedAgain() throws IOException {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        run("get", "shop", "-o", "json");
        String told = Tree.read(out.toString()).at("appManifest").json();

        assertEquals(0, fed(told, "apply", "-f", "-"), err::toString);
        assertEquals("shop: replaced, version 1, ZERO", out.toString().strip());
    }

    @Test
    void tellsHowTheSiteIsDoing() {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        serving("shop");
        assertEquals(0, run("status"));
        List<String> lines = out.toString().lines().toList();

        assertEquals("point of presence   mec-1", lines.get(0));
        assertEquals("users connect to    127.0.0.1:8080", lines.get(2));
        assertEquals("applications        1 (1 SERVING)", lines.get(3));
        assertEquals("instances           1 (1 ready)", lines.get(4));
        assertEquals("connections         3 in flight, 1 waiting, of 2 devices in 2 sessions", lines.get(5));
        assertTrue(lines.get(7).startsWith("APP "), lines.get(7));
    }

    @Test
    void tellsHowOneApplicationIsDoing() {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        orchestrator.set(
                "shop",
                ApplicationStatus.State.FAILING,
                Demand.none(new AppId("shop")),
                "image acme/shop:7 not found\u001b[2J",
                Optional.of(AT.plusMillis(5)));
        assertEquals(0, run("status", "shop"));

        assertTrue(out.toString().contains("condition        image acme/shop:7 not found?[2J\n"), out.toString());
        assertTrue(out.toString().contains("tried again at   2026-11-24T12:00:00Z\n"), out.toString());
        assertTrue(out.toString().contains("route            shop.example/\n"), out.toString());
        assertTrue(out.toString().endsWith("no instance\n"), out.toString());
    }

    @Test
    void oneDeviceInOneSessionIsNoCrowd() {
        AppId shop = new AppId("shop");
        fed(manifest("shop", "1"), "apply", "-f", "-");
        Demand one = new Demand(shop, 1, 0, 0, 1, 1, Map.of(), List.of());
        orchestrator.set("shop", ApplicationStatus.State.ZERO, one, "", Optional.empty());
        assertEquals(0, run("status", "shop"));

        assertTrue(
                out.toString().contains("connections   1 in flight, 0 waiting, of 1 device in 1 session\n"),
                out.toString());
    }

    @Test
    void deletesAndWaitsUntilItIsGone() throws Exception {
        fed(manifest("shop", "1"), "apply", "-f", "-");
        CompletableFuture<Void> drained = new CompletableFuture<>();
        orchestrator.waitFor(drained);
        assertEquals(0, run("delete", "shop", "--drain", "30s", "--no-wait"), err::toString);
        assertEquals("shop: being taken back", out.toString().strip());

        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> run("delete", "shop", "--drain=1m"));
        while (orchestrator.calls().size() < 3) {
            Thread.onSpinWait();
        }
        drained.complete(null);
        assertEquals(0, waiting.get(60, TimeUnit.SECONDS), err::toString);
        assertEquals("shop: taken back", out.toString().strip());
        assertEquals(List.of("apply shop 1", "delete shop 30000ms", "delete shop 60000ms"), orchestrator.calls());
    }

    @Test
    void oneThatIsNotThereIsRefused() {
        for (String[] command : new String[][] {{"get", "shop"}, {"status", "shop"}, {"delete", "shop"}}) {
            assertEquals(1, run(command));
            assertEquals("nearzero: app=shop: no such application here\n", err.toString());
        }
    }

    @Test
    void noPlatformSaysHowToStartOne() throws IOException {
        try (Socket taken = new Socket()) { // nobody listens there, and nobody else can
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String endpoint = "http://127.0.0.1:" + taken.getLocalPort();
            assertEquals(3, run("get", "--endpoint", endpoint));
            assertEquals(
                    "nearzero: " + endpoint + ": not reachable: Connection refused\n"
                            + "  Is the platform running? \"bin/nearzero start\" starts it; --endpoint or NEARZERO_ENDPOINT names"
                            + " another address.\n",
                    err.toString());
        }
    }

    @Test
    void somebodyElsesServerIsNoPlatform() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, 4);
            exchange.getResponseBody().write("nope".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        other.start();
        String endpoint = "http://127.0.0.1:" + other.getAddress().getPort();
        try {
            assertEquals(3, run("--endpoint", endpoint, "status"));
            assertTrue(err.toString().contains(": something answers there, but it is no Nearzero"), err.toString());
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aTokenIsAskedForAndShown() {
        server.close();
        Path token = directory.resolve("token");
        serve(ManagementSettings.of("127.0.0.1", 0).withTokenFile(token));

        assertEquals(1, run("get"));
        assertTrue(
                err.toString().endsWith(" (--token-file, or NEARZERO_TOKEN_FILE, names the file)\n"), err.toString());
        assertEquals(0, run("get", "--token-file", token.toString()), err::toString);
        environment.put("NEARZERO_TOKEN_FILE", token.toString());
        assertEquals(0, fed(manifest("shop", "1"), "apply", "-f", "-"), err::toString);
        assertEquals(1, run("get", "--token-file", "/nowhere"));
        assertEquals("nearzero: token file /nowhere: cannot be read: no such file\n", err.toString());
    }

    @Test
    void aWrongCommandLineIsToldInTwoLines() {
        assertEquals(2, run("aply"));
        assertTrue(err.toString().startsWith("nearzero: Unmatched argument at index 0: 'aply'"), err.toString());
        assertEquals(2, run("apply"));
        assertEquals("""
                nearzero: Missing required option: '--file=FILE'
                  "nearzero apply --help" tells what there is.
                """, err.toString());
        assertEquals(2, run("get", "-o", "xml"));
        assertEquals(2, run("get", "Not-A-Name"));
        assertEquals(2, run("delete", "shop", "--drain", "soon"));
        assertEquals(2, run("get", "--endpoint", "127.0.0.1:7080"));
        assertEquals(
                "nearzero: endpoint: 127.0.0.1:7080 (expected: http://HOST:PORT, such as http://127.0.0.1:7080)\n",
                err.toString());
        assertEquals(2, run());
        assertEquals(List.of(), orchestrator.calls());
    }

    @Test
    void helpIsThereForEachCommand() {
        for (String command : List.of("apply", "get", "status", "delete", "version", "pop", "zone")) {
            assertEquals(0, run(command, "--help"));
            assertTrue(out.toString().startsWith("Usage: nearzero " + command), out.toString());
            assertTrue(out.toString().contains("--endpoint=URL"), out.toString());
        }
    }

    @Test
    void tellsBothVersions() {
        assertEquals(0, run("version"));
        assertTrue(out.toString().matches("command    \\d\\S+\nplatform   \\d\\S+ \\(mec-1\\)\n"), out.toString());
    }
}
