package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the sites said: which migrations there were, how they ended, and since when connections at a site go another way than before. */
final class MigrationBook {
    private final String watched;
    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();
    private final Set<String> over = new HashSet<>();
    private final Set<String> knowing = new HashSet<>();
    private final Samples took = new Samples();
    private int there;
    private int back;
    private boolean serves;
    private long changedAt;
    private long triggeredAt;

    /** @param watched the site to which, and from which, the application goes */
    MigrationBook(String watched, PrintStream out) {
        this.watched = watched;
        this.out = out;
        changedAt = System.nanoTime();
    }

    /** Takes a line of a site's. */
    synchronized void said(String site, String line) {
        String[] words = line.split(" ", 6);
        if (words[0].equals("status")) {
            knowing.add(site);
        }
        if (words[0].equals("status") && site.equals(watched)) {
            serves(words[1].equals("Serve") && Integer.parseInt(words[2]) > 0);
        } else if (words[0].equals("migration")) {
            entered(words[1], words[3], words[4], words.length > 5 ? words[5] : "");
        } else if (!words[0].equals("status")) {
            out.println(site + ": " + line);
        }
    }

    private void serves(boolean now) {
        if (now != serves) {
            serves = now;
            changedAt = System.nanoTime();
        }
    }

    private void entered(String id, String target, String state, String reason) {
        switch (state) {
            case "TRIGGERED" -> triggeredAt = System.nanoTime();
            case "DRAINING" -> took.add(System.nanoTime() - triggeredAt);
            case "COMPLETED" -> {
                if (over.add(id)) {
                    if (target.equals(watched)) {
                        there++;
                    } else {
                        back++;
                    }
                }
            }
            case "FAILED" -> failures.add(id + ": " + reason);
            default -> {}
        }
    }

    /** Whether so many sites know the application. */
    synchronized boolean knownAt(int sites) {
        return knowing.size() >= sites;
    }

    /** How many migrations to the watched site are completed. */
    synchronized int there() {
        return there;
    }

    /** How many from it are. */
    synchronized int back() {
        return back;
    }

    /** Those that failed, and why. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** From the decision until the route has flipped, the given share of them at most, in ms. */
    synchronized double millisAt(double share) {
        return took.millisAt(share);
    }

    /** How long ago the way of new connections at the watched site has changed. */
    synchronized Duration sinceChange() {
        return Duration.ofNanos(System.nanoTime() - changedAt);
    }
}
