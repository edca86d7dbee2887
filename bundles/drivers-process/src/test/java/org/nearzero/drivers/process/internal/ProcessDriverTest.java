package org.nearzero.drivers.process.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;

/** What the contract does not say, with real processes. */
class ProcessDriverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FOR_EVER = "exec sleep 100000";

    @TempDir
    Path temp;

    private Path directory;
    private ProcessDriver driver;

    @BeforeEach
    void open() {
        directory = temp.resolve("instances");
        driver = new ProcessDriver(new ProcessSettings(directory));
    }

    @AfterEach
    void stopAll() throws IOException {
        try (var records = Files.newDirectoryStream(directory, "*.properties")) {
            for (Path record : records) {
                String id = record.getFileName().toString().replace(".properties", "");
                done(driver.stop(new AppInstanceId(id), Duration.ZERO));
            }
        } catch (java.nio.file.NoSuchFileException e) {
            // this test has started nothing
        }
        driver.close();
    }

    @Test
    void aStopEndsAllThatTheProcessHasStarted() {
        InstanceSpec spec = Orders.script("tree", "sleep 100000 & (setsid sleep 100000 &) ; sleep 100000 & wait");
        done(driver.start(spec));
        await().atMost(PATIENCE).until(() -> family(spec).size() >= 4);
        done(driver.stop(spec.appInstanceId(), Duration.ofSeconds(10)));
        assertEquals(List.of(), family(spec));
    }

    @Test
    void aStopEndsWhatADeadProcessHasLeftBehind() {
        InstanceSpec spec = Orders.script("orphans", "sleep 100000 & exit 0");
        done(driver.start(spec));
        awaitState(spec, InstanceState.EXITED);
        await().atMost(PATIENCE).until(() -> family(spec).size() == 1);
        done(driver.stop(spec.appInstanceId(), Duration.ofSeconds(10)));
        assertEquals(List.of(), family(spec));
    }

    @Test
    void theHostsEnvironmentStaysWithTheHost() throws IOException {
        InstanceSpec spec = Orders.order(
                "env", new Artefact("file:///usr/bin/env"), List.of(), Map.of("MINE", "1", "PORT", "1", "HOST", "x"));
        DriverInstance started = done(driver.start(spec));
        awaitState(spec, InstanceState.EXITED);
        Map<String, String> environment = Files.readAllLines(directory.resolve(spec.appInstanceId() + ".log")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        Set<String> expected =
                new TreeSet<>(List.of("MINE", "PORT", "HOST", "NEARZERO_APP_ID", "NEARZERO_INSTANCE_ID"));
        List.of("PATH", "HOME", "LANG", "TMPDIR").stream()
                .filter(System.getenv()::containsKey)
                .forEach(expected::add);
        assertEquals(expected, new TreeSet<>(environment.keySet()));
        assertEquals(
                Integer.toString(started.endpoint().orElseThrow().port()), environment.get("PORT"), "ours, not theirs");
        assertEquals("127.0.0.1", environment.get("HOST"));
    }

    @Test
    void anEnvironmentThatWouldHaveAnotherProgramRunIsRefusedWithEveryName() {
        List<String> refused = List.of(
                "BASH_ENV",
                "ENV",
                "JAVA_TOOL_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "LD_LIBRARY_PATH",
                "LD_PRELOAD",
                "NODE_OPTIONS",
                "PATH",
                "PERL5LIB",
                "PERL5OPT",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "_JAVA_OPTIONS");
        Map<String, String> env = refused.stream().collect(Collectors.toMap(name -> name, name -> "/tmp/mine"));
        InstanceSpec spec = Orders.order("env2", new Artefact(Orders.SHELL), List.of("-c", FOR_EVER), env);

        DriverException failure = failure(driver.start(spec));

        assertEquals(Code.UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains(String.join(", ", refused)), failure::getMessage);
        assertTrue(failure.getMessage().contains("remove them from env"), failure::getMessage);
        assertEquals(Map.of(), listed());
    }

    @Test
    void anEnvironmentThatOnlySoundsLikeItIsPassedOn() {
        Map<String, String> env = Map.of("MY_PATH", "1", "ENVIRONMENT", "2", "LD", "3", "PERL", "4", "JAVA_OPTS", "5");
        InstanceSpec spec = Orders.order("env3", new Artefact(Orders.SHELL), List.of("-c", FOR_EVER), env);

        assertEquals(InstanceState.RUNNING, done(driver.start(spec)).state());
    }

    @Test
    void aRecordThatCannotBeReadHidesNoOther() throws IOException {
        InstanceSpec spec = Orders.script("healthy", FOR_EVER);
        done(driver.start(spec));
        Files.writeString(directory.resolve("shop.broken.properties"), "port=many\n");
        try {
            assertEquals(Set.of(spec.appInstanceId()), listed().keySet());

            // Asked for by its name it is not taken for nothing: something may run there.
            DriverException failure = failure(driver.start(Orders.script("broken", FOR_EVER)));
            assertEquals(Code.ENGINE_UNAVAILABLE, failure.code());
            assertTrue(failure.getMessage().contains("end its process by hand"), failure::getMessage);
        } finally {
            Files.delete(directory.resolve("shop.broken.properties"));
        }
    }

    @Test
    void aChecksumIsCheckedBeforeAStart() throws Exception {
        Path program = program("#!/bin/sh\n" + FOR_EVER + "\n");
        String right = "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(program)));
        String wrong = "sha256:" + "0".repeat(64);
        InstanceSpec spec = Orders.order("sum", new Artefact(uri(program), right), List.of(), Map.of());
        assertEquals(InstanceState.RUNNING, done(driver.start(spec)).state());
        InstanceSpec other = Orders.order("sum2", new Artefact(uri(program), wrong), List.of(), Map.of());
        DriverException failure = failure(driver.start(other));
        assertEquals(Code.IMAGE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(right) && failure.getMessage().contains(wrong), failure::getMessage);
        assertEquals(Set.of(spec.appInstanceId()), listed().keySet());
    }

    @Test
    void whatCannotBeRunIsSaidToBeInvalid() throws IOException {
        Path program = program("#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-------"));
        assertAll(
                () -> assertInvalid(uri(program), "chmod +x"),
                () -> assertInvalid(uri(temp) + "/no/../program", "write it as " + uri(program)),
                () -> assertEquals(
                        Code.IMAGE_NOT_FOUND,
                        failure(driver.prePull(new Artefact(uri(temp)))).code(),
                        "a directory is no program"));
    }

    private void assertInvalid(String image, String advice) {
        InstanceSpec spec = Orders.order("invalid", new Artefact(image), List.of(), Map.of());
        DriverException failure = failure(driver.start(spec));
        assertEquals(Code.IMAGE_INVALID, failure.code(), failure::getMessage);
        assertTrue(failure.getMessage().contains(advice), failure::getMessage);
        assertEquals(Map.of(), listed());
    }

    @Test
    void anInstanceThatHasExitedIsNotStartedAgain() {
        InstanceSpec spec = Orders.script("once", "echo done; exit 4");
        done(driver.start(spec));
        awaitState(spec, InstanceState.EXITED);
        await().atMost(PATIENCE)
                .until(
                        () -> listed().get(spec.appInstanceId()).detail(),
                        "exited with code 4; look at its last output: done"::equals);
        DriverException failure = failure(driver.start(spec));
        assertEquals(Code.EXITED, failure.code());
        assertTrue(failure.getMessage().contains("code 4"), failure::getMessage);
    }

    @Test
    void anInstanceThatExitsWithoutAWordIsToldWithWhatToDo() {
        InstanceSpec spec = Orders.script("silent", "exit 1");
        done(driver.start(spec));
        awaitState(spec, InstanceState.EXITED);
        await().atMost(PATIENCE)
                .until(
                        () -> listed().get(spec.appInstanceId()).detail(),
                        "exited with code 1; it wrote nothing: run it by hand, with PORT set, to see why"::equals);
    }

    @Test
    void aNumberThatIsAnothersByNowIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("/bin/sleep", "100000").start();
        try {
            Kernel.Stat stat = Kernel.stat(stranger.pid()).orElseThrow();
            record(entry("reused", Kernel.boot(), stat.pid(), stat.startTime() - 1));
            record(entry("reboot", "another-boot", stat.pid(), stat.startTime()));
            Map<AppInstanceId, DriverInstance> listed = listed();
            assertEquals(2, listed.size());
            listed.values().forEach(each -> assertEquals(InstanceState.EXITED, each.state()));
            for (AppInstanceId id : listed.keySet()) {
                done(driver.stop(id, Duration.ZERO));
            }
            assertTrue(stranger.isAlive());
            assertEquals(Map.of(), listed());
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void aStartThatIsUnderWayIsNotTakenForDead() {
        Entry young = entry("young", Kernel.boot(), 0, 0);
        record(young);
        assertEquals(InstanceState.CREATED, listed().get(young.id()).state());
        Entry old = new Entry(
                new AppInstanceId("shop.old"),
                young.app(),
                young.pop(),
                "g1",
                1,
                Instant.now().minusSeconds(60),
                Kernel.boot(),
                0,
                0,
                "");
        record(old);
        assertEquals(InstanceState.EXITED, listed().get(old.id()).state());
    }

    @Test
    void aPortThatSomebodyElseTookIsNamedInTheDetail() throws IOException {
        Path go = temp.resolve("go");
        InstanceSpec spec = Orders.script("clash", "while [ ! -e " + go + " ]; do sleep 0.02; done; exit 98");
        CompletableFuture<String> detail = new CompletableFuture<>();
        driver.watch(Orders.POP, new Heard() {
            @Override
            public void changed(DriverInstance instance) {
                if (instance.state() == InstanceState.EXITED) {
                    detail.complete(instance.detail());
                }
            }
        });
        int port = done(driver.start(spec)).endpoint().orElseThrow().port();
        try (ServerSocket thief = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Files.createFile(go);
            assertTrue(thief.isBound());
            String told = detail.orTimeout(60, TimeUnit.SECONDS).join();
            assertTrue(told.contains("exited with code 98"), told);
            // Where the machine was so slow that the start is long past, the port is not looked at any more.
            if (new Ledger(directory).read(spec.appInstanceId()).orElseThrow().isYoung()) {
                assertTrue(told.contains("port " + port + " is in use by another process"), told);
            }
        }
    }

    @Test
    void noPortIsPromisedTwice() {
        Ports ports = new Ports();
        Set<Integer> promised = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            assertTrue(promised.add(ports.promise(new AppInstanceId("shop." + i))));
        }
    }

    @Test
    void aStopThatTakesLongHoldsUpNoOther() {
        List<InstanceSpec> deaf = new ArrayList<>();
        List<CompletionStage<Void>> stops = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            InstanceSpec spec = Orders.script("deaf" + i, "trap '' TERM; echo deaf; while :; do sleep 100000; done");
            deaf.add(spec);
            done(driver.start(spec));
            Path log = directory.resolve(spec.appInstanceId() + ".log");
            await().atMost(PATIENCE).until(() -> Files.size(log) > 0);
        }
        deaf.forEach(spec -> stops.add(driver.stop(spec.appInstanceId(), Duration.ofHours(1))));
        for (int i = 0; i < 20; i++) {
            done(driver.start(Orders.script("other" + i, FOR_EVER)));
        }
        assertEquals(40, listed().size());
        assertTrue(stops.stream().noneMatch(stop -> stop.toCompletableFuture().isDone()));
        deaf.forEach(spec -> family(spec).forEach(ProcessHandle::destroyForcibly));
        stops.forEach(ProcessDriverTest::done);
    }

    @Test
    void aListenerMayCallTheDriverAndWait() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        driver.watch(Orders.POP, new Heard() {
            @Override
            public void changed(DriverInstance instance) {
                done(driver.stop(instance.appInstanceId(), Duration.ZERO));
                stopped.complete(null);
            }
        });
        done(driver.start(Orders.script("reentrant", FOR_EVER)));
        stopped.orTimeout(60, TimeUnit.SECONDS).join();
        assertEquals(Map.of(), listed());
    }

    @Test
    void logsAreCutAndTheirWritersGoOn() throws IOException {
        InstanceSpec spec = Orders.script("chatty", "while read go; do :; done; echo first; " + FOR_EVER);
        done(driver.start(spec));
        Path log = directory.resolve(spec.appInstanceId() + ".log");
        await().atMost(PATIENCE).until(() -> Files.size(log) > 0);
        Ledger ledger = new Ledger(directory);
        ledger.cutLogs(1_000);
        assertEquals(6, Files.size(log), "small enough to stay");
        ledger.cutLogs(3);
        assertEquals(0, Files.size(log));
    }

    @Test
    void aRecordThatAPowerFailureLeftEmptyIsPassedOver() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("shop.torn.properties"), "");
        Files.write(directory.resolve("shop.zero.properties"), new byte[512]);
        assertEquals(Map.of(), listed());
    }

    @Test
    void aListenerHearsThatTheDirectoryCannotBeUsed() throws IOException {
        Files.writeString(directory, "");
        CompletableFuture<String> reason = new CompletableFuture<>();
        driver.watch(Orders.POP, new Heard() {
            @Override
            public void unavailable(String why) {
                reason.complete(why);
            }
        });
        assertTrue(reason.orTimeout(60, TimeUnit.SECONDS).join().contains(directory.toString()));
        Files.delete(directory);
    }

    @Test
    void theDirectoryIsItsOwnersAlone() throws IOException {
        done(driver.start(Orders.script("private", FOR_EVER)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void aClosedDriverSaysSo() {
        ProcessDriver closed = new ProcessDriver(new ProcessSettings(directory));
        closed.close();
        DriverException failure = failure(closed.list(Orders.POP));
        assertEquals(Code.ENGINE_UNAVAILABLE, failure.code());
    }

    @Test
    void pausingWhatIsNotThereSaysSo() {
        assertEquals(
                Code.NOT_FOUND,
                failure(driver.pause(new AppInstanceId("shop.nobody"))).code());
    }

    @Test
    void locksAreGivenBack() throws Exception {
        InstanceLocks locks = new InstanceLocks();
        AppInstanceId id = new AppInstanceId("shop.a");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> locks.with(id, () -> {
            inside.countDown();
            try {
                return go.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        inside.await();
        assertEquals("free", locks.with(new AppInstanceId("shop.b"), () -> "free"));
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(() -> locks.with(id, holder::isDone));
        assertFalse(waiter.isDone());
        go.countDown();
        holder.get(60, TimeUnit.SECONDS);
        waiter.get(60, TimeUnit.SECONDS);
        assertEquals(0, locks.size());
    }

    private Path program(String text) throws IOException {
        Path program = Files.writeString(temp.resolve("program"), text);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private static String uri(Path path) {
        return "file://" + path;
    }

    private static Entry entry(String name, String boot, long pid, long startTime) {
        return new Entry(
                new AppInstanceId("shop." + name),
                Orders.script(name, "").application().appId(),
                Orders.POP,
                "g1",
                1,
                Instant.now(),
                boot,
                pid,
                startTime,
                "");
    }

    private void record(Entry entry) {
        new Ledger(directory).write(entry);
    }

    private Map<AppInstanceId, DriverInstance> listed() {
        return done(driver.list(Orders.POP)).stream()
                .collect(Collectors.toMap(DriverInstance::appInstanceId, each -> each));
    }

    private void awaitState(InstanceSpec spec, InstanceState state) {
        await().atMost(PATIENCE)
                .until(
                        () -> Optional.ofNullable(listed().get(spec.appInstanceId()))
                                .map(DriverInstance::state),
                        Optional.of(state)::equals);
    }

    private static List<ProcessHandle> family(InstanceSpec spec) {
        return Kernel.family(0, "NEARZERO_INSTANCE_ID=" + spec.appInstanceId()).stream()
                .flatMap(stat -> ProcessHandle.of(stat.pid()).stream())
                .toList();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static DriverException failure(CompletionStage<?> stage) {
        return assertInstanceOf(
                DriverException.class,
                assertThrows(CompletionException.class, () -> done(stage)).getCause());
    }

    private static class Heard implements DriverListener {
        @Override
        public void changed(DriverInstance instance) {}

        @Override
        public void removed(AppInstanceId instance) {}

        @Override
        public void resync() {}

        @Override
        public void unavailable(String reason) {}
    }
}
