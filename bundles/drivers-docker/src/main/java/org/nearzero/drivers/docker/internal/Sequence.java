package org.nearzero.drivers.docker.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Does things to the same instance one after the other, and to different instances at once. Holds nothing for an instance to
 * which nothing is being done. Thread-safe; blocks nobody.
 */
final class Sequence<K> {
    private final ConcurrentHashMap<K, CompletableFuture<?>> tails = new ConcurrentHashMap<>();

    /** Begins a task when all earlier ones of this key have ended, well or badly. @return ends as the task does */
    <T> CompletableFuture<T> then(K key, Supplier<? extends CompletionStage<T>> task) {
        CompletableFuture<T> turn = new CompletableFuture<>();
        CompletableFuture<?> before = tails.put(key, turn);
        // The entry goes first: who sees the outcome also sees the sequence without it.
        Runnable begin = () -> begin(task).whenComplete((value, problem) -> {
            tails.remove(key, turn);
            if (problem == null) {
                turn.complete(value);
            } else {
                turn.completeExceptionally(problem);
            }
        });
        if (before == null) {
            begin.run();
        } else {
            before.whenComplete((value, problem) -> begin.run());
        }
        return turn;
    }

    private static <T> CompletionStage<T> begin(Supplier<? extends CompletionStage<T>> task) {
        try {
            return task.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
