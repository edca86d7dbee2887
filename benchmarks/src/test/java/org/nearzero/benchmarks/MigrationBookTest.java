package org.nearzero.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationBookTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final MigrationBook book = new MigrationBook("b", new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void countsEachMigrationOnceInItsDirectionWhenItIsCompleted() {
        book.said("a", "migration app-b-1 a b TRIGGERED 12 sessions");
        book.said("a", "migration app-b-1 a b DRAINING flipped");
        assertEquals(0, book.there());
        book.said("a", "migration app-b-1 a b COMPLETED empty");
        book.said("a", "migration app-b-1 a b COMPLETED empty");
        book.said("a", "migration app-b-2 b a COMPLETED empty");

        assertEquals(List.of(1, 1), List.of(book.there(), book.back()));
        assertTrue(book.millisAt(1) > 0);
    }

    @Test
    void keepsWhyAMigrationFailed() {
        book.said("a", "migration app-b-1 a b FAILED no image there");

        assertEquals(List.of("app-b-1: no image there"), book.failures());
        assertEquals(0, book.there());
    }

    @Test
    void theWayChangesWithTheFirstInstanceThatServesAndWithTheLastThatDoesNot() {
        Duration longAgo = pause();
        book.said("b", "status Serve 0");
        book.said("c", "status Serve 1");
        assertTrue(book.sinceChange().compareTo(longAgo) >= 0, "what is no change, or elsewhere, counted as one");
        long before = System.nanoTime();
        book.said("b", "status Serve 1");
        assertTrue(book.sinceChange().toNanos() <= System.nanoTime() - before);
        Duration since = pause();
        book.said("b", "status Serve 2");
        assertTrue(book.sinceChange().compareTo(since) >= 0, "a second instance counted as a change");
        before = System.nanoTime();
        book.said("b", "status Relay 2");
        assertTrue(book.sinceChange().toNanos() <= System.nanoTime() - before);
    }

    @Test
    void knowsWhoHasHeardOfTheApplicationAndPassesOnWhatIsNeither() {
        book.said("a", "status Homebase 0");
        assertFalse(book.knownAt(2));
        book.said("b", "status Relay 0");
        assertTrue(book.knownAt(2));
        book.said("b", "something else");
        assertEquals("b: something else", said.toString(StandardCharsets.UTF_8).strip());
    }

    /** @return how long ago the last change is, which is more than nothing */
    private Duration pause() {
        Duration since = book.sinceChange();
        while (since.toMillis() < 1) {
            since = book.sinceChange();
        }
        return since;
    }
}
