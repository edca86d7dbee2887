package org.nearzero.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A process that a benchmark starts and ends, with the CPU time that it and its own children have used. */
final class Child implements AutoCloseable {
    /** Linux counts CPU time in ticks of 10 ms for user space on every architecture that Debian has (USER_HZ). */
    private static final double MILLIS_PER_TICK = 10;

    private static final int READY_SECONDS = 30;
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final BufferedReader output;

    private Child(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a program; what it says on its standard error goes to ours. */
    static Child of(Map<String, String> env, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(env);
        return new Child(builder.start());
    }

    /** Starts a main class of this class path in a JVM of its own. */
    static Child java(Map<String, String> env, String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        return of(env, command);
    }

    /** The next line that it says. */
    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException(
                    "the process ended: " + process.info().commandLine().orElse("?"));
        }
        return line;
    }

    /** All that it still says, until it ends. */
    String rest() {
        return output.lines().collect(Collectors.joining("\n"));
    }

    /** The port with which the next line that it says ends. */
    int port() throws IOException {
        String line = line();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).trim());
    }

    /** Waits until somebody accepts at a port of this machine. */
    Child listening(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return this;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IOException("nobody listens at port " + port, e);
                }
                Thread.sleep(20);
            }
        }
    }

    /** CPU time of it and its children, user and system, in ms. */
    double cpuMillis() throws IOException {
        long ticks = 0;
        for (long pid : LongStream.concat(
                        LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
                .toArray()) {
            ticks += ticks(pid);
        }
        return ticks * MILLIS_PER_TICK;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly)
                .join();
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field, the name in brackets, may hold blanks; utime and stime are fields 14 and 15 (proc(5)).
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
