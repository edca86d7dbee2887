package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;

/** The {@link InMemoryDriver}, or what a fault makes of it. */
final class InMemoryUnderTest implements DriverUnderTest {
    private final FakeEngine engine = new FakeEngine();
    private final Duration patience;
    private final BiFunction<InMemoryDriver, FakeEngine, ContainerDriver> maker;
    private Set<Class<?>> claimed = Set.of(SupportsPause.class, SupportsPrePull.class, SupportsImageTransfer.class);

    InMemoryUnderTest(Duration patience, BiFunction<InMemoryDriver, FakeEngine, ContainerDriver> maker) {
        this.patience = patience;
        this.maker = maker;
    }

    @Override
    public ContainerDriver newDriver() {
        return maker.apply(new InMemoryDriver(engine), engine);
    }

    @Override
    public Set<Class<?>> optionalInterfaces() {
        return claimed;
    }

    InMemoryUnderTest claimingNothing() {
        claimed = Set.of();
        return this;
    }

    @Override
    public Workload serving(List<String> arguments) {
        return new Workload(
                new Artefact(FakeEngine.IMAGE),
                Stream.concat(Stream.of("serve"), arguments.stream()).toList());
    }

    @Override
    public Workload ignoringTermination() {
        return new Workload(new Artefact(FakeEngine.IMAGE), List.of("serve-ignoring-term"));
    }

    @Override
    public Workload exiting(int exitCode, String lastWords) {
        return new Workload(new Artefact(FakeEngine.IMAGE), List.of("exit", Integer.toString(exitCode), lastWords));
    }

    @Override
    public Artefact missingArtefact() {
        return new Artefact("fake:missing");
    }

    @Override
    public Artefact foreignArtefact() {
        return new Artefact("other:probe");
    }

    @Override
    public Workload transferable() {
        return new Workload(new Artefact(FakeEngine.TRANSFERABLE), List.of("serve"));
    }

    @Override
    public void remove(Artefact artefact) {
        engine.images.remove(artefact.imagePath());
    }

    @Override
    public ContainerDriver unreachable() {
        FakeEngine lost = new FakeEngine();
        lost.down = true;
        return maker.apply(new InMemoryDriver(lost), lost);
    }

    @Override
    public void kill(DriverInstance instance) {
        engine.processes.get(instance.appInstanceId()).exit(137, "");
    }

    @Override
    public List<String> remains(AppInstanceId instance) {
        return engine.remains(instance);
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Duration deathNotice() {
        return patience;
    }

    @Override
    public void close() {
        new ArrayList<>(engine.processes.values()).forEach(engine::remove);
    }
}
