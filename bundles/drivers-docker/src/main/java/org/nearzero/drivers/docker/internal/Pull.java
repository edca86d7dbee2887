package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.drivers.docker.core.ImageReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pull of one image. Occupies no thread of the pool. It ends when the engine says so, when the registry has given no sign
 * of life for {@code registryTimeout}, or after {@code pullTimeout}.
 */
final class Pull implements ResultCallback<PullResponseItem> {
    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);

    private final Engine engine;
    private final DockerSettings settings;
    private final String imagePath;
    private final ImageReference reference;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private volatile Closeable stream = () -> {};
    private volatile boolean alive;

    Pull(Engine engine, DockerSettings settings, String imagePath, ImageReference reference) {
        this.engine = engine;
        this.settings = settings;
        this.imagePath = imagePath;
        this.reference = reference;
    }

    CompletableFuture<Void> start() {
        LOG.info("pulling image={} registry={}", imagePath, registry());
        ScheduledFuture<?> first = engine.after(settings.registryTimeout(), () -> {
            if (!alive) {
                fail(Images.notFound(
                        imagePath,
                        registry() + " gave no sign of life for "
                                + settings.registryTimeout().toMillis() + " ms"));
            }
        });
        ScheduledFuture<?> last = engine.after(
                settings.pullTimeout(),
                () -> fail(Images.notFound(
                        imagePath,
                        "its pull took longer than " + settings.pullTimeout().toSeconds() + " s")));
        result.whenComplete((done, problem) -> {
            first.cancel(false);
            last.cancel(false);
            quietly(stream);
        });
        engine.client()
                .pullImageCmd(reference.name())
                .withTag(reference.version())
                .exec(this);
        return result;
    }

    private String registry() {
        return reference.registry().map(name -> "registry " + name).orElse("the engine's default registry");
    }

    @Override
    public void onStart(Closeable started) {
        stream = started;
        if (result.isDone()) {
            quietly(started);
        }
    }

    @Override
    public void onNext(PullResponseItem item) {
        if (item.isErrorIndicated()) {
            fail(Images.notFound(imagePath, registry() + " does not give it: " + words(item)));
        } else {
            alive = true;
        }
    }

    @SuppressWarnings("deprecation") // the field without details is all that some engines send
    static String words(ResponseItem item) {
        return item.getErrorDetail() == null
                ? item.getError()
                : String.valueOf(item.getErrorDetail().getMessage());
    }

    @Override
    public void onError(Throwable problem) {
        Throwable cause = EngineErrors.unwrap(problem);
        if (cause instanceof DockerException answer) {
            String words = EngineErrors.words(answer);
            fail(
                    words.contains("no space left")
                            ? new DriverException(Code.NO_CAPACITY, "image " + imagePath + ": pull: " + words, cause)
                            : Images.notFound(imagePath, registry() + " does not give it: " + words));
        } else {
            fail(engine.errors().unavailable("image=" + imagePath + ": pull: " + EngineErrors.reason(cause), cause));
        }
    }

    /** The stream has ended without an error; whether the image is there now is for the caller to see. */
    @Override
    public void onComplete() {
        result.complete(null);
    }

    private void fail(DriverException problem) {
        result.completeExceptionally(problem);
    }

    @Override
    public void close() {
        quietly(stream);
    }

    private static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("closing the stream of a pull", e);
        }
    }
}
