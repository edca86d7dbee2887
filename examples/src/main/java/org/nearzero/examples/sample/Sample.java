package org.nearzero.examples.sample;

import java.io.IOException;

/**
 * Runs the sample application. Its environment is described at {@link SampleSettings}. Told to stop (SIGTERM) with a connection
 * in flight, it says {@code STOPPED-BUSY} and how many, and exits with 9: nothing that scales it should ever make it do so.
 */
public final class Sample {
    private static final int STOPPED_BUSY = 9;

    private Sample() {}

    /** Serves until told to stop. Exits with 2 if its environment makes no sense, with 1 if it cannot listen. */
    public static void main(String[] args) throws InterruptedException {
        SampleSettings settings;
        try {
            settings = SampleSettings.from(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("sample: " + e.getMessage());
            System.exit(2);
            return;
        }
        Thread.sleep(settings.startDelayMillis());
        if (settings.failAtStart() > 0) {
            System.err.println("sample: FAIL_AT_START says so");
            System.exit(settings.failAtStart());
        }
        try (SampleServer server = SampleServer.open(settings)) {
            Runtime.getRuntime().addShutdownHook(new Stop(server, settings.stopDelayMillis()));
            System.out.println("sample: listening at " + server.address());
            server.run();
        } catch (IOException e) {
            System.err.println("sample: " + e.getMessage());
            Runtime.getRuntime().halt(1);
        }
    }

    /** A class of its own, not a lambda: the first lambda of a process costs it 20 ms. */
    private static final class Stop extends Thread {
        private final SampleServer server;
        private final int delayMillis;

        Stop(SampleServer server, int delayMillis) {
            super("stop");
            this.server = server;
            this.delayMillis = delayMillis;
        }

        @Override
        public void run() {
            int code = 0;
            try {
                int busy = server.stop();
                if (busy > 0) {
                    System.out.println("STOPPED-BUSY " + busy);
                    System.out.flush();
                    code = STOPPED_BUSY;
                }
                sleep(delayMillis);
            } catch (InterruptedException | IllegalStateException e) {
                System.err.println("sample: " + e);
                code = 1;
            }
            Runtime.getRuntime().halt(code);
        }
    }
}
