package org.nearzero.ingress.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection in a test, which counts what it is told. */
class Caller extends Ticket {
    final AtomicInteger admissions = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();

    final AtomicInteger breaks = new AtomicInteger();

    volatile Refusal refusal;

    private final String device;
    private final long weight;
    private final Consumer<Caller> whenAdmitted;

    Caller(String device) {
        this(device, 0);
    }

    Caller(String device, long weight) {
        this(device, weight, admitted -> {});
    }

    Caller(String device, long weight, Consumer<Caller> whenAdmitted) {
        this.device = device;
        this.weight = weight;
        this.whenAdmitted = whenAdmitted;
    }

    @Override
    protected String device() {
        return device;
    }

    @Override
    protected long weight() {
        return weight;
    }

    @Override
    protected void admitted() {
        admissions.incrementAndGet();
        whenAdmitted.accept(this);
    }

    @Override
    protected void refused(Refusal why) {
        refusal = why;
        refusals.incrementAndGet();
    }

    @Override
    protected void breakOff() {
        breaks.incrementAndGet();
    }

    @Override
    public String toString() {
        return device;
    }
}
