package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private final Sequence<String> sequence = new Sequence<>();
    private final List<String> begun = new ArrayList<>();

    @Test
    void theSameKeyWaitsAnotherDoesNot() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        sequence.then("a", () -> noted("a1", first));
        sequence.then("a", () -> noted("a2", new CompletableFuture<>()));
        sequence.then("b", () -> noted("b1", new CompletableFuture<>()));
        assertEquals(List.of("a1", "b1"), begun);
        first.complete(null);
        assertEquals(List.of("a1", "b1", "a2"), begun);
    }

    @Test
    void aFailureIsTheCallersAndTheNextBeginsAllTheSame() {
        CompletableFuture<Void> failing = sequence.then("a", () -> {
            throw new IllegalStateException("no");
        });
        assertTrue(failing.isCompletedExceptionally());
        CompletableFuture<Void> next = new CompletableFuture<>();
        sequence.then("a", () -> noted("a2", next));
        assertEquals(List.of("a2"), begun);
    }

    private CompletableFuture<Void> noted(String name, CompletableFuture<Void> end) {
        begun.add(name);
        return end;
    }
}
