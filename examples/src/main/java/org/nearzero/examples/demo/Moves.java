package org.nearzero.examples.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.sites.MigrationListener;

/** What the homebase says of migrations. Written by its thread, read by ours. */
final class Moves implements MigrationListener {
    private final List<String> completed = new ArrayList<>();
    private final Queue<String> news = new ArrayDeque<>();
    private String last = "";

    @Override
    public synchronized void changed(Migration migration) {
        String source = migration.source().value();
        String target = migration.target().value();
        Migration.Step step = migration.history().get(migration.history().size() - 1);
        news.add(letter(source) + " -> " + letter(target) + " " + migration.state() + ": " + step.reason());
        if (migration.state() == State.COMPLETED) {
            completed.add(way(source, target));
        }
    }

    /** In words what has happened next; if nothing has, what happened last. */
    synchronized String next() {
        if (!news.isEmpty()) {
            last = news.remove();
        }
        return last;
    }

    /** Whether something has happened that {@link #next} has not told yet. */
    synchronized boolean hasNews() {
        return !news.isEmpty();
    }

    synchronized boolean completed(Site source, Site target) {
        return completed.contains(way(source.name(), target.name()));
    }

    synchronized int completed() {
        return completed.size();
    }

    /** The column's width is short, and the letters tell the sites apart. */
    private static String letter(String site) {
        return site.substring(site.lastIndexOf('-') + 1);
    }

    private static String way(String source, String target) {
        return source + " -> " + target;
    }
}
