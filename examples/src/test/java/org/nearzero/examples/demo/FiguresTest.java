package org.nearzero.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.examples.load.LoadReport;

/** What the demo says of itself: all is well only if all of it is. */
class FiguresTest {
    private static LoadReport report(long failed, long lost, int most) {
        return new LoadReport(
                10 + failed + lost,
                10,
                failed,
                lost,
                0,
                failed + lost == 0 ? Map.of() : Map.of("status 503", failed + lost),
                Map.of("hello.a", most),
                Map.of("hello.a", new LoadReport.Answers(10, 1_000_000)),
                new long[10]);
    }

    private static List<Visit> visits(LoadReport atB) {
        LoadReport good = report(0, 0, 3);
        return List.of(
                new Visit("pop-a", good, 10, 5, 5),
                new Visit("pop-b", atB, 4, 300, 5000),
                new Visit("pop-c", good, 5, 2, 2000));
    }

    private static Figures figures(LoadReport atB) {
        return new Figures(visits(atB), 4, 8, 8, 2000, List.of());
    }

    private static void onlyBroken(String promise, Figures figures) {
        assertEquals(1, figures.broken().size(), () -> figures.broken().toString());
        assertTrue(figures.broken().get(0).contains(promise), () -> figures.broken()
                .toString());
        assertTrue(figures.json().endsWith("\"ok\":false}"), figures::json);
    }

    @Test
    void allIsWellIfEveryPromiseWasKept() {
        Figures figures = figures(report(0, 0, 10));

        assertEquals(List.of(), figures.broken());
        assertEquals(
                "{\"requests\":30,\"failed\":0,\"lost\":0,\"coldStartMs\":300,"
                        + "\"firstLocalAnswerMs\":{\"pop-b\":5000,\"pop-c\":2000},"
                        + "\"shareServedLocally\":{\"pop-b\":0.400,\"pop-c\":0.500,\"onceMigrated\":1.000},"
                        + "\"migrations\":4,\"maxPerInstance\":10,\"limit\":10,\"backToZeroMs\":2000,\"ok\":true}",
                figures.json());
    }

    @Test
    void oneFailedOrLostRequestBreaksIt() {
        onlyBroken("1 requests failed, 0 were lost", figures(report(1, 0, 10)));
        onlyBroken("0 requests failed, 1 were lost", figures(report(0, 1, 10)));
    }

    @Test
    void oneConnectionMoreThanTheLimitBreaksIt() {
        onlyBroken("an instance carried 11 connections at once (expected: 1 to 10)", figures(report(0, 0, 11)));
    }

    @Test
    void anAnswerFromElsewhereAfterTheMigrationBreaksIt() {
        onlyBroken(
                "7 of 8 answers came from the users' own site",
                new Figures(visits(report(0, 0, 10)), 4, 8, 7, 2000, List.of()));
        onlyBroken(
                "0 of 0 answers came from the users' own site",
                new Figures(visits(report(0, 0, 10)), 4, 0, 0, 2000, List.of()));
    }

    @Test
    void whatWasWaitedForInVainIsNamed() {
        onlyBroken(
                "it went back to zero: waited for in vain",
                new Figures(visits(report(0, 0, 10)), 4, 8, 8, -1, List.of("it went back to zero")));
    }
}
