package org.nearzero.examples.sites;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The processes of instances on this machine as the kernel knows them, whoever else does. */
final class Processes {
    private static final String ID = "NEARZERO_INSTANCE_ID=";

    private final String mark;

    /** @param mark in the environment of those that are meant, see {@link Hello} */
    Processes(String mark) {
        this.mark = "MARK=" + mark;
    }

    /** By instance: the ids of its processes. */
    Map<String, Set<Long>> byInstance() {
        Map<String, Set<Long>> found = new TreeMap<>();
        ProcessHandle.allProcesses().forEach(process -> {
            String[] environment = environment(process.pid());
            if (Arrays.asList(environment).contains(mark)) {
                Arrays.stream(environment).filter(each -> each.startsWith(ID)).forEach(each -> found.computeIfAbsent(
                                each.substring(ID.length()), id -> new TreeSet<>())
                        .add(process.pid()));
            }
        });
        return found;
    }

    private static String[] environment(long pid) {
        try {
            byte[] raw = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return new String(raw, StandardCharsets.UTF_8).split("\0");
        } catch (IOException e) {
            return new String[0]; // it has ended, or is somebody else's
        }
    }

    /** Ends what a test that failed has left. */
    void kill() {
        byInstance()
                .values()
                .forEach(pids -> pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly)));
    }
}
