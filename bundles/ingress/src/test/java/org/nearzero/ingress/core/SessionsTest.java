package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.core.Sessions.Session;
import org.nearzero.ingress.core.Together.Work;

class SessionsTest {
    private static final long MS = 1_000_000;
    private static final long IDLE = 100 * MS;

    private final List<String> started = new ArrayList<>();
    private final Sessions sessions = new Sessions(3, IDLE, (device, now) -> started.add(device + now / MS));

    private Session enter(String device, long millis) {
        return sessions.enter(device, millis * MS);
    }

    private void leave(Session session, long millis) {
        sessions.leave(session, millis * MS);
    }

    /** Ends what is over; looks only when asked to, as a gate does. */
    private List<String> expire(long millis) {
        List<String> ended = new ArrayList<>();
        while (sessions.nextLook() != Long.MAX_VALUE && sessions.nextLook() <= millis * MS) {
            sessions.expire(sessions.nextLook()).forEach(session -> ended.add(session.device));
        }
        return ended;
    }

    private List<String> end(long millis) {
        return sessions.expire(millis * MS).stream()
                .map(session -> session.device)
                .toList();
    }

    @Test
    void theSameDeviceTwiceIsOneSession() {
        Session first = enter("a", 0);
        assertSame(first, enter("a", 1));
        assertEquals(1, sessions.count());
        assertEquals(1, sessions.devices());
        leave(first, 2);
        assertEquals(1, sessions.devices());
        leave(first, 3);
        assertEquals(0, sessions.devices());
        assertEquals(1, sessions.count());
        assertEquals(List.of("a0"), started);
    }

    @Test
    void aSessionEndsItsIdleTimeAfterTheLastConnection() {
        Session session = enter("a", 0);
        assertEquals(List.of(), expire(730));
        leave(session, 735);
        assertEquals(List.of(), expire(834));
        assertEquals(List.of("a"), expire(835));
        assertEquals(0, sessions.count());
        assertEquals(Long.MAX_VALUE, sessions.nextLook());
    }

    @Test
    void aDeviceThatComesBackInTimeGoesOnWithItsSession() {
        Session session = enter("a", 0);
        leave(session, 10);
        assertSame(session, enter("a", 109));
        assertEquals(List.of(), expire(500));
        leave(session, 500);
        assertEquals(List.of("a"), expire(600));
        assertNotSame(session, enter("a", 601));
        assertEquals(List.of("a0", "a601"), started);
    }

    @Test
    void anotherIdleTimeIsGoodForThoseThatThereAre() {
        leave(enter("a", 0), 0);
        Session live = enter("b", 0);
        sessions.idle(20 * MS, 30 * MS);
        assertEquals(List.of("a"), expire(30));
        leave(live, 40);
        sessions.idle(50 * MS, 40 * MS);
        assertEquals(List.of(), expire(89));
        assertEquals(List.of("b"), expire(90));
    }

    @Test
    void pastTheMostTheOneThatWouldEndNextEndsEarly() {
        Session busy = enter("busy", 0);
        leave(enter("late", 1), 60);
        leave(enter("early", 2), 30);
        assertFalse(sessions.isFull());
        leave(enter("new", 70), 70);
        assertTrue(sessions.isFull());
        assertEquals(List.of("early"), end(71));
        assertFalse(sessions.isFull());
        leave(enter("newer", 72), 72);
        assertEquals(List.of("late"), end(73));
        assertEquals(1, sessions.devices());
        leave(busy, 80);
    }

    @Test
    void liveSessionsNeverEndHoweverManyThereAre() {
        List<Session> live = new ArrayList<>();
        for (int n = 0; n < 3_000; n++) {
            live.add(enter("d" + n, 0));
        }
        assertEquals(List.of(), end(1));
        assertEquals(3_000, sessions.count());
        live.forEach(session -> leave(session, 2));
        int ended = 0;
        for (int calls = 0; sessions.isFull() && calls < 100; calls++) {
            ended += end(3).size();
        }
        assertEquals(2_997, ended);
        assertFalse(sessions.isFull());
    }

    @Test
    void aTinyIdleTimeMakesNoBusyLoop() {
        sessions.idle(0, 0);
        Session session = enter("a", 0);
        int looks = 0;
        for (; sessions.nextLook() <= 1_000 * MS; looks++) {
            sessions.expire(sessions.nextLook());
        }
        assertTrue(looks <= 101, "looked " + looks + " times within a second");
        leave(session, 1_001);
        assertEquals(List.of("a"), expire(1_011));
    }

    @Test
    void noneIsCountedTwiceOrLeftWhateverTheThreadsDo() {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger over = new AtomicInteger();
        Sessions many = new Sessions(1_000, 0, (device, now) -> begun.incrementAndGet());
        Work comeAndGo = turn -> {
            Session session = many.enter("device" + turn % 5, turn * 20 * MS);
            assertTrue(session.get() > 0, "a session with a connection lives");
            many.leave(session, turn * 20 * MS);
            if (turn % 3 == 0) {
                over.addAndGet(many.expire(turn * 20 * MS).size());
            }
        };
        Together.run(20_000, comeAndGo, comeAndGo, comeAndGo);
        assertEquals(0, many.devices());
        over.addAndGet(many.expire(Long.MAX_VALUE / 2).size());
        assertEquals(0, many.count());
        assertEquals(begun.get(), over.get());
        assertEquals(Long.MAX_VALUE, many.nextLook());
        assertTrue(begun.get() > 5, "the test tests something");
    }

    @Test
    void aDeviceThatComesBackAsItsSessionEndsHasOneThatCounts() {
        Sessions many = new Sessions(9, IDLE, (device, now) -> {});
        Session[] entered = new Session[1];
        long[] now = {0};
        Together.runInRounds(
                30_000,
                () -> {
                    many.leave(many.enter("a", now[0]), now[0]);
                    now[0] += IDLE;
                },
                () -> {
                    assertEquals(1, many.count());
                    assertSame(entered[0], many.enter("a", now[0]));
                    many.leave(entered[0], now[0]);
                    many.leave(entered[0], now[0]);
                    assertEquals(0, many.devices());
                },
                () -> entered[0] = many.enter("a", now[0]),
                () -> many.expire(now[0]));
    }
}
