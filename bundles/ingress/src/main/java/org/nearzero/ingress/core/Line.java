package org.nearzero.ingress.core;

/** Those who wait, first come first served, with the bytes they hold. Entering and leaving take constant time. Not thread-safe. */
final class Line {
    private Ticket first;
    private Ticket last;
    private int size;
    private long weight;

    void add(Ticket ticket) {
        ticket.previous = last;
        if (last == null) {
            first = ticket;
        } else {
            last.next = ticket;
        }
        last = ticket;
        size++;
        weight += ticket.weight;
    }

    void remove(Ticket ticket) {
        if (ticket.previous == null) {
            first = ticket.next;
        } else {
            ticket.previous.next = ticket.next;
        }
        if (ticket.next == null) {
            last = ticket.previous;
        } else {
            ticket.next.previous = ticket.previous;
        }
        ticket.previous = null;
        ticket.next = null;
        size--;
        weight -= ticket.weight;
    }

    Ticket first() {
        return first;
    }

    int size() {
        return size;
    }

    long weight() {
        return weight;
    }
}
