package org.nearzero.api.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static final ServerlessPolicy POLICY =
            new ServerlessPolicy(List.of(new RouteMatch("shop.example", "/")), ScalingPolicy.DEFAULT);

    @Test
    void aScalingPolicyReportsAllItsProblemsAtOnceWithFieldValueAndRange() {
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> new ScalingPolicy(
                        0,
                        7,
                        3,
                        Duration.ofDays(2),
                        Duration.ofSeconds(-1),
                        Duration.ofMillis(1),
                        QueuePolicy.DEFAULT));
        assertEquals(
                List.of(
                        "maxConnectionsPerInstance: 0 (expected: 1 to 1000000)",
                        "minInstances: 7 (expected: 0 to 3)",
                        "scaleInDelay: 48h (expected: 0s to 24h)",
                        "stabilizationWindow: -1s (expected: 0s to 24h)",
                        "startupDeadline: 1ms (expected: 100ms to 30m)"),
                texts(refused.problems()));
    }

    @Test
    void aMissingDurationIsAProblemAndNotANullPointer() {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> new QueuePolicy(1, 1, null));
        assertEquals(List.of("deadline: missing (expected: 10ms to 10m)"), texts(refused.problems()));
    }

    @Test
    void defaultsAreValidAndAreWhatTheirDocumentationSays() {
        assertEquals(
                new ScalingPolicy(
                        100,
                        0,
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        new QueuePolicy(1_000, 16 * 1024 * 1024, Duration.ofSeconds(30))),
                ScalingPolicy.DEFAULT);
        assertEquals(new Resources(500, 256 * 1024 * 1024, 512), Resources.DEFAULT);
        assertEquals(Duration.ofSeconds(60), POLICY.sessionIdleTimeout());
        assertEquals("", POLICY.readiness().httpPath());
    }

    @Test
    void theNeedIsTheCeilingOfConnectionsOverTheLimitWithoutOverflow() {
        ScalingPolicy ten = scaling(10);
        assertEquals(0, ten.instancesFor(0));
        assertEquals(1, ten.instancesFor(1));
        assertEquals(1, ten.instancesFor(10));
        assertEquals(2, ten.instancesFor(11));
        assertEquals(214748365, ten.instancesFor(Integer.MAX_VALUE));
    }

    @Test
    void aServerlessPolicyRefusesTheSameRouteTwice() {
        RouteMatch route = new RouteMatch("shop.example", "/");
        InvalidInputException refused = assertThrows(
                InvalidInputException.class, () -> new ServerlessPolicy(List.of(route, route), ScalingPolicy.DEFAULT));
        assertEquals(
                List.of("routes: [shop.example, shop.example] (expected: no route twice)"), texts(refused.problems()));
    }

    @Test
    void anApplicationKeepsItsOwnCopyOfWhatItWasGiven() {
        var env = new java.util.HashMap<>(Map.of("A", "1"));
        Application application = application(env);
        env.put("B", "2");
        assertEquals(Map.of("A", "1"), application.env());
        assertThrows(
                UnsupportedOperationException.class, () -> application.env().put("C", "3"));
    }

    @Test
    void anEnvironmentVariableNeedsAProperName() {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> application(Map.of("1A", "x")));
        assertEquals(
                List.of("env: 1A (expected: names of letters, digits and _, no digit first)"),
                texts(refused.problems()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "shop", "shop-7", "a23456789012345678901234567890123456789012345678901234567890123"})
    void takesDnsLabelsAsApplicationNames(String name) {
        assertDoesNotThrow(() -> new AppId(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7up",
                "-a",
                "a-",
                "Shop",
                "a.b",
                "a b",
                "a234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesOtherTextAsApplicationNames(String name) {
        assertThrows(InvalidInputException.class, () -> new AppId(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.example", "*", "localhost", "10.0.0.1", "a_b.example"})
    void takesHostNamesAndAnyHostWithAPrefix(String host) {
        assertDoesNotThrow(() -> new RouteMatch(host, "/shop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop.example:80", "-a.example", "a..b", "http://shop", "*.example", "a/b"})
    void refusesHostsThatAreNoHostNames(String host) {
        assertThrows(InvalidInputException.class, () -> new RouteMatch(host, "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop", "/shop/", "//", "/a//b", "/a?b", "/a b"})
    void refusesPrefixesThatAreNotWholeSegments(String prefix) {
        assertThrows(InvalidInputException.class, () -> new RouteMatch("shop.example", prefix));
    }

    @Test
    void aRouteForEveryHostAndEveryPathIsRefused() {
        assertThrows(InvalidInputException.class, () -> new RouteMatch("*", "/"));
    }

    @Test
    void hostNamesAreComparedInLowerCase() {
        assertEquals(new RouteMatch("shop.example", "/"), new RouteMatch("SHOP.Example", "/"));
    }

    @Test
    void problemsOfAPartCarryThePathToIt() {
        Problems problems = Problems.check();
        ScalingPolicy instead = problems.part("serverlessPolicy.scaling", ScalingPolicy.DEFAULT, () -> scaling(0));
        assertEquals(ScalingPolicy.DEFAULT, instead);
        assertEquals(
                List.of("serverlessPolicy.scaling.maxConnectionsPerInstance: 0 (expected: 1 to 1000000)"),
                texts(problems.toList()));
    }

    @Test
    void durationsReadAsPeopleWriteThem() {
        assertEquals("0s", Problems.text(Duration.ZERO));
        assertEquals("250ms", Problems.text(Duration.ofMillis(250)));
        assertEquals("90s", Problems.text(Duration.ofSeconds(90)));
        assertEquals("5m", Problems.text(Duration.ofMinutes(5)));
        assertEquals("2h", Problems.text(Duration.ofHours(2)));
    }

    @Test
    void theTightestPartOfACapDecidesAndCapsDoNotOverflow() {
        Resources each = new Resources(500, 256L << 20, 10);
        assertEquals(2, new Cap(10, 1_000, Long.MAX_VALUE).roomFor(each, Usage.NONE));
        assertEquals(1, new Cap(10, 1_000, Long.MAX_VALUE).roomFor(each, Usage.of(1, each)));
        assertEquals(0, new Cap(0, Long.MAX_VALUE, Long.MAX_VALUE).roomFor(each, Usage.of(3, each)));
        assertEquals(Integer.MAX_VALUE, Cap.UNLIMITED.roomFor(each, Usage.NONE));
        assertEquals(3, new Cap(10, Long.MAX_VALUE, 1L << 30).roomFor(each, Usage.of(1, each)));
    }

    private static ScalingPolicy scaling(int limit) {
        return new ScalingPolicy(
                limit, 0, 10, Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(60), QueuePolicy.DEFAULT);
    }

    private static Application application(Map<String, String> env) {
        return new Application(
                new AppId("shop"),
                "acme",
                "1.0.0",
                new Artefact("acme/shop:7"),
                List.of(),
                env,
                8080,
                Resources.DEFAULT,
                POLICY);
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.toList());
    }
}
