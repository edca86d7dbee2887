package org.nearzero.ingress.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One connection on its way through a {@link Gate}: new, then perhaps waiting, then admitted to an instance, then done. Whoever
 * ends it, its slot is given back exactly once. A transport subclasses it.
 */
public abstract class Ticket {
    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int ADMITTED = 2;
    private static final int DONE = 3;
    private static final VarHandle PHASE;

    static {
        try {
            PHASE = MethodHandles.lookup().findVarHandle(Ticket.class, "phase", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Links of the line it waits in; guarded by the gate's lock.
    Ticket previous;
    Ticket next;
    long weight;

    long arrivedAt;
    Sessions.Session session;
    private Instance instance;

    @SuppressWarnings("FieldMayBeFinal") // written through PHASE
    private volatile int phase = NEW;

    /** The device it belongs to. */
    protected abstract String device();

    /** How many bytes it holds while it waits, at least 0. Asked at most once, before it waits. */
    protected abstract long weight();

    /** It has waited, and has a slot on {@link #instance()} now. Called on any thread: hands over and returns at once. */
    protected abstract void admitted();

    /** It will not be admitted. Called on any thread: hands over and returns at once. */
    protected abstract void refused(Refusal refusal);

    /** Whether its device connected to another site, which relayed it here and counts the device. */
    protected boolean isFromPeer() {
        return false;
    }

    /** If it is relayed it has to break off now. Called on any thread: hands over and returns at once. */
    protected void breakOff() {}

    /** The instance, or the relay, that it was admitted to; null before. */
    public final Instance instance() {
        return instance;
    }

    /** Whether it holds a slot. */
    public final boolean isAdmitted() {
        return phase == ADMITTED;
    }

    final void admit(Instance to) {
        instance = to;
        phase = ADMITTED;
    }

    final void moveTo(Instance other) {
        instance = other;
    }

    final void park() {
        phase = WAITING;
    }

    final boolean isWaiting() {
        return phase == WAITING;
    }

    final void drop() {
        phase = DONE;
    }

    /** Ends an admitted one. @return true for exactly one caller */
    final boolean finish() {
        return PHASE.compareAndSet(this, ADMITTED, DONE);
    }
}
