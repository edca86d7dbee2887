package org.nearzero.store.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another JVM writes and says so after each write, until it is killed with SIGKILL somewhere in the middle. */
class KillTest {
    private static final int KILLS = 24;

    @TempDir
    Path directory;

    @Test
    void everyWriteThatWasAcknowledgedIsThereWhole() throws Exception {
        Path file = directory.resolve("nearzero.mv");
        Random chance = new Random();
        int last = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int acknowledged = writeAndKill(file, last, 1 + chance.nextInt(40), chance.nextInt(3_000_000));
            assertTrue(acknowledged > last, "it wrote nothing: " + errors());
            try (MvStore store = new MvStore(file)) {
                last = Batches.assertNothingLost(store, acknowledged);
            }
        }
    }

    /** @return the last number that it said */
    private int writeAndKill(Path file, int last, int writes, int nanosMore) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        file.toString(),
                        Integer.toString(last + 1))
                .redirectError(directory.resolve("writer.err").toFile())
                .start();
        int acknowledged = last;
        try (BufferedReader said = writer.inputReader()) {
            String line = "";
            while (acknowledged < last + writes && (line = said.readLine()) != null) {
                acknowledged = Integer.parseInt(line);
            }
            for (long end = System.nanoTime() + nanosMore; System.nanoTime() < end; ) {
                Thread.onSpinWait(); // somewhere within the next writes
            }
            writer.toHandle().destroyForcibly(); // and what it had said by then can still be heard
            while ((line = said.readLine()) != null) {
                acknowledged = Integer.parseInt(line);
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return acknowledged;
    }

    private String errors() throws Exception {
        return Files.readString(directory.resolve("writer.err"));
    }

    /** Writes without an end. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            try (MvStore store = new MvStore(Path.of(arguments[0]))) {
                for (int number = Integer.parseInt(arguments[1]); ; number++) {
                    store.write(Batches.batch(number));
                    System.out.print(number + "\n");
                    System.out.flush();
                }
            }
        }
    }
}
