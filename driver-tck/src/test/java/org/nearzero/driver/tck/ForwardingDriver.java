package org.nearzero.driver.tck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** Does what the right driver does; a {@link Fault} overrides what it does wrong. */
class ForwardingDriver
        implements ContainerDriver, SupportsPause, SupportsPrePull, SupportsImageTransfer, AutoCloseable {
    final InMemoryDriver right;
    final FakeEngine engine;

    ForwardingDriver(InMemoryDriver right, FakeEngine engine) {
        this.right = right;
        this.engine = engine;
    }

    @Override
    public String name() {
        return right.name();
    }

    @Override
    public boolean accepts(Application application) {
        return right.accepts(application);
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        return right.start(spec);
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        return right.stop(instance, grace);
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return right.list(pop);
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        return right.watch(pop, listener);
    }

    @Override
    public CompletionStage<Void> pause(AppInstanceId instance) {
        return right.pause(instance);
    }

    @Override
    public CompletionStage<Void> unpause(AppInstanceId instance) {
        return right.unpause(instance);
    }

    @Override
    public CompletionStage<Void> prePull(Artefact artefact) {
        return right.prePull(artefact);
    }

    @Override
    public CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
        return right.exportImage(artefact, directory);
    }

    @Override
    public CompletionStage<Set<String>> missingParts(ImageManifest manifest) {
        return right.missingParts(manifest);
    }

    @Override
    public CompletionStage<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory) {
        return right.importImage(artefact, manifest, directory);
    }

    @Override
    public void close() {
        right.close();
    }
}
