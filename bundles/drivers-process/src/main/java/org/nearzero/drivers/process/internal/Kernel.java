package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;

/** What the Linux kernel says of processes, in {@code /proc}, and the signals that the JDK cannot send. */
final class Kernel {
    private static final Path PROC = Path.of("/proc");

    /**
     * A process as {@code proc(5)} has it.
     *
     * @param session number of the process that leads its session
     * @param startTime in ticks since boot: with the number it names a process for as long as the machine is up
     */
    record Stat(long pid, char state, long session, long startTime) {
        boolean stopped() {
            return state == 'T';
        }

        boolean leads() {
            return session == pid;
        }
    }

    private Kernel() {}

    /** Names the time since the machine was booted; numbers of processes mean nothing beyond it. */
    static String boot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            throw noProc(e);
        }
    }

    /** Empty if there is no such process, or only its remains that nobody has collected. */
    static Optional<Stat> stat(long pid) {
        try {
            String text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name stands in parentheses and may itself hold any of them: what counts comes after the last.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            char state = fields[0].charAt(0);
            return state == 'Z' || state == 'X'
                    ? Optional.empty()
                    : Optional.of(new Stat(pid, state, Long.parseLong(fields[3]), Long.parseLong(fields[19])));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty(); // gone, before or while it was read
        }
    }

    /** Every process of a session, and every one with {@code variable} ({@code NAME=value}) in its environment. */
    static List<Stat> family(long session, String variable) {
        List<Stat> family = new ArrayList<>();
        try (Stream<Path> all = Files.list(PROC)) {
            for (Path process : (Iterable<Path>) all::iterator) {
                String name = process.getFileName().toString();
                if (Character.isDigit(name.charAt(0))) {
                    stat(Long.parseLong(name))
                            .filter(stat ->
                                    session != 0 && stat.session() == session || hasEnvironment(process, variable))
                            .ifPresent(family::add);
                }
            }
            return family;
        } catch (IOException e) {
            throw noProc(e);
        }
    }

    /** The process that everything with this variable in its environment descends from, as far as can be told. */
    static Optional<Stat> firstWith(String variable) {
        return family(0, variable).stream()
                .min(Comparator.comparing((Stat stat) -> !stat.leads()).thenComparing(Stat::startTime));
    }

    /** Sends a signal that the JDK does not know, by name. Processes that are gone by then are no error. */
    static void signal(String signal, Collection<Long> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-s", signal, "--"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(10, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new DriverException(
                    Code.UNSUPPORTED,
                    "no program 'kill' on the PATH, which pausing needs: install it (Debian: procps)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(Code.INTERNAL, "interrupted while sending SIG" + signal, e);
        }
    }

    private static boolean hasEnvironment(Path process, String variable) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment + "\0").contains("\0" + variable + "\0");
        } catch (IOException e) {
            return false; // gone, or another user's, and so not ours
        }
    }

    private static DriverException noProc(IOException e) {
        return new DriverException(
                Code.ENGINE_UNAVAILABLE, "/proc cannot be read (" + e + "): the process driver runs on Linux only", e);
    }
}
