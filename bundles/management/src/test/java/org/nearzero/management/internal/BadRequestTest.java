package org.nearzero.management.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.store.contract.InMemoryStore;

/** Every kind of request that cannot be granted, and exactly what its sender is told; nothing is done for any of them. */
class BadRequestTest {
    private final FakeOrchestrator orchestrator = new FakeOrchestrator();
    private final ManagementServer server = new ManagementServer(
            ManagementSettings.of("127.0.0.1", 0), orchestrator, new FakeIngress(), new InMemoryStore());

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), orchestrator.calls());
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET    | /nothing                       | 404 NOT_FOUND /serverless-edge/v0.1/nothing (expected: /serverless-edge/v0.1/apps, /apps/{appId}, /app-instances, /status, /points-of-presence, /edge-cloud-zones or /migrations)
            GET    | /apps/shop                     | 404 NOT_FOUND app=shop: no such application here
            GET    | /apps/shop/more                | 404 NOT_FOUND /serverless-edge/v0.1/apps/shop/more (expected: /serverless-edge/v0.1/apps, /apps/{appId}, /app-instances, /status, /points-of-presence, /edge-cloud-zones or /migrations)
            GET    | /apps/                         | 404 NOT_FOUND /serverless-edge/v0.1/apps/ (expected: /serverless-edge/v0.1/apps, /apps/{appId}, /app-instances, /status, /points-of-presence, /edge-cloud-zones or /migrations)
            GET    | /apps/No_Name                  | 400 INVALID_ARGUMENT appId: No_Name (expected: 1 to 63 of a-z, 0-9 and inner -, a letter first)
            DELETE | /apps/shop                     | 404 NOT_FOUND app=shop: no such application here
            DELETE | /apps/shop?drain=soon          | 400 INVALID_ARGUMENT drain: soon (expected: a number and its unit: 500ms, 30s, 5m or 2h; 0s to 1h)
            DELETE | /apps/shop?drain=2h            | 400 INVALID_ARGUMENT drain: 2h (expected: a number and its unit: 500ms, 30s, 5m or 2h; 0s to 1h)
            DELETE | /apps/shop?drian=10s           | 400 INVALID_ARGUMENT drian: unknown parameter (expected: drain)
            GET    | /status?verbose                | 400 INVALID_ARGUMENT verbose: unknown parameter (expected: none)
            GET    | /apps?page=0&perPage=101       | 400 INVALID_ARGUMENT page: 0 (expected: 1 to 2147483647); perPage: 101 (expected: 1 to 100)
            GET    | /apps?page=one&perPage=99999999999 | 400 INVALID_ARGUMENT page: one (expected: a whole number); perPage: 99999999999 (expected: a whole number)
            GET    | /apps?page=1&page=2            | 400 INVALID_ARGUMENT page: given twice (expected: once)
            GET    | /app-instances?appId=A         | 400 INVALID_ARGUMENT appId: A (expected: 1 to 63 of a-z, 0-9 and inner -, a letter first)
            PATCH  | /apps                          | 405 METHOD_NOT_ALLOWED PATCH /serverless-edge/v0.1/apps (expected: GET, POST)
            POST   | /apps/shop                     | 405 METHOD_NOT_ALLOWED POST /serverless-edge/v0.1/apps/shop (expected: DELETE, GET, PUT)
            DELETE | /status                        | 405 METHOD_NOT_ALLOWED DELETE /serverless-edge/v0.1/status (expected: GET)
            """)
    void aRequestThatCannotBeGrantedIsToldWhy(String method, String path, String told) {
        assertEquals(told, Call.of(server.address(), method, path).answer().told());
    }

    @Test
    void aMethodThatIsNotThereIsToldTheOnesThatAre() {
        assertEquals(
                "GET, POST",
                Call.of(server.address(), "PUT", "/apps").answer().headers().get("allow"));
    }

    @Test
    void anotherBaseIsNotFound() {
        assertEquals(404, Call.plain(server.address(), "GET", "/apps").answer().status());
    }

    record Body(String type, byte[] bytes, String told) {
        @Override
        public String toString() {
            return told;
        }
    }

    static Stream<Body> bodies() {
        byte[] good = ManagementServerTest.manifest("shop", "1").getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                new Body(
                        "text/plain",
                        good,
                        "415 UNSUPPORTED_MEDIA_TYPE Content-Type: text/plain (expected: application/yaml or"
                                + " application/json)"),
                new Body(
                        "",
                        good,
                        "415 UNSUPPORTED_MEDIA_TYPE Content-Type: missing (expected: application/yaml or"
                                + " application/json)"),
                new Body(
                        "application/yaml",
                        new byte[RequestBody.MAX_BYTES + 1],
                        "413 PAYLOAD_TOO_LARGE body: too large (expected: at most 262144 bytes)"),
                new Body(
                        "application/yaml",
                        new byte[8 * 1024 * 1024],
                        "413 PAYLOAD_TOO_LARGE body: too large (expected: at most 262144 bytes)"),
                new Body(
                        "application/yaml",
                        new byte[] {'a', ':', ' ', (byte) 0xC3, '\n'},
                        "400 INVALID_ARGUMENT body: not UTF-8 (expected: YAML or JSON in UTF-8)"),
                new Body(
                        "application/json",
                        "{\"name\": ".getBytes(StandardCharsets.UTF_8),
                        "400 INVALID_ARGUMENT line 1, column 10: the file ends too early (expected: a value, and what"
                                + " closes each bracket)"),
                new Body(
                        "application/yaml",
                        new byte[0],
                        "400 INVALID_ARGUMENT manifest: empty (expected: one document, starting with a line such as name:"
                                + " shop)"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyThatCannotBeReadIsToldWhy(Body body) {
        assertEquals(
                body.told(),
                Call.of(server.address(), "POST", "/apps")
                        .body(body.type(), body.bytes())
                        .answer()
                        .told());
    }

    @Test
    void problemsAreToldForAProgramAsWell() {
        String manifest = ManagementServerTest.manifest("shop", "1").replace("port: 8080", "port: 0");
        Call.Answer refused =
                Call.of(server.address(), "POST", "/apps").yaml(manifest).answer();

        assertEquals(
                "[{\"field\":\"componentSpec[0].networkInterfaces[0].port\",\"line\":5,\"value\":\"0\","
                        + "\"expected\":\"1 to 65535\"}]",
                refused.json().get("problems").toString());
    }

    @Test
    void aManifestIsPutOnlyWhereItBelongs() {
        assertEquals(
                "400 INVALID_ARGUMENT appId: shop (expected: cart, as the path /serverless-edge/v0.1/apps/cart says)",
                Call.of(server.address(), "PUT", "/apps/cart")
                        .yaml(ManagementServerTest.manifest("shop", "1"))
                        .answer()
                        .told());
    }
}
