package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.nearzero.api.driver.DriverException;

/** What the Linux kernel says of processes, in {@code /proc}, and the signals that the JDK cannot send. */
final class Kernel {
    private static final Path PROC = Path.of("/proc");

    /** State letter and start time of a process, as {@code proc(5)} has them. */
    record Stat(char state, long startTime) {}

    private Kernel() {}

    /** Empty if there is no such process, or only its remains that nobody has collected. */
    static Optional<Stat> stat(long pid) {
        try {
            String text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            char state = fields[0].charAt(0);
            return state == 'Z' || state == 'X'
                    ? Optional.empty()
                    : Optional.of(new Stat(state, Long.parseLong(fields[19])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The process that was given this name in its environment, for the moment between its start and its record. */
    static OptionalLong withEnvironment(String variable) {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(p -> p.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(p -> hasEnvironment(p, variable))
                    .mapToLong(p -> Long.parseLong(p.getFileName().toString()))
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Sends a signal to a process and to the group that it leads. */
    static void signal(String signal, long pid) {
        try {
            Process kill = new ProcessBuilder(List.of("kill", "-s", signal, "--", "-" + pid, Long.toString(pid)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(10, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new DriverException(
                    DriverException.Code.INTERNAL, "no program 'kill' on the PATH: install it (Debian: procps)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasEnvironment(Path process, String variable) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment + "\0").contains("\0" + variable + "\0");
        } catch (IOException e) {
            return false;
        }
    }
}
