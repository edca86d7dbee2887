package org.nearzero.policy.internal;

import java.util.concurrent.ThreadFactory;

/** Daemon threads that tell whose they are and keep nobody else's class loader alive. */
final class Threads {
    private Threads() {}

    static ThreadFactory named(String name, ClassLoader loader) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            return thread;
        };
    }
}
