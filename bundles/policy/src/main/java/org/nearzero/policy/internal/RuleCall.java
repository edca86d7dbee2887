package org.nearzero.policy.internal;

import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One question on its way to a rule. Asked and answered on the engine's thread; begun and ended on the rule's, which is what the
 * lock is for.
 */
final class RuleCall {
    /** How far it came. */
    enum State {
        /** The rule has not been called. */
        QUEUED,
        /** The rule is being called: from here on time is the rule's own. */
        RUNNING,
        /** The rule has returned, or was given up before it was called. */
        OVER
    }

    final Question question;
    private final Consumer<Answer> then;
    private boolean answered;
    private Future<?> deadline;
    private State state = State.QUEUED;
    private Thread thread;

    RuleCall(Question question, Consumer<Answer> then) {
        this.question = question;
        this.then = then;
    }

    void deadline(Future<?> timer) {
        deadline = timer;
    }

    boolean isAnswered() {
        return answered;
    }

    /** The first answer counts. */
    void answer(Answer answer) {
        if (answered) {
            return;
        }
        answered = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        then.accept(answer);
    }

    /** @return false if it was given up meanwhile, so that the rule must not be called */
    synchronized boolean begin() {
        if (state != State.QUEUED) {
            return false;
        }
        state = State.RUNNING;
        thread = Thread.currentThread();
        return true;
    }

    synchronized void end() {
        state = State.OVER;
        thread = null;
    }

    /** Interrupts the rule if it is being called, and sees to it that it is not called if it was not yet. @return how far it had come */
    synchronized State giveUp() {
        State was = state;
        if (was == State.QUEUED) {
            state = State.OVER;
        } else if (was == State.RUNNING) {
            thread.interrupt();
        }
        return was;
    }

    synchronized boolean isRunning() {
        return state == State.RUNNING;
    }
}
