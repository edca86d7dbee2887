package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.LoadResponseItem;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One load of one archive into an engine, which says only in its answer's text whether it took it. */
final class Load implements ResultCallback<LoadResponseItem> {
    private static final Logger LOG = LoggerFactory.getLogger(Load.class);

    /** The engine's words, where it did not take the archive. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private Refused(String words) {
            super(words);
        }
    }

    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private volatile Closeable stream = () -> {};

    private Load() {}

    /**
     * Loads an archive; returns when the engine has it.
     *
     * @throws Refused if the engine does not take it
     * @throws RuntimeException of the client's, if the engine cannot be talked to, and if this thread is interrupted
     */
    static void into(DockerClient client, ImageArchive archive) throws Refused {
        Load load = new Load();
        try {
            client.loadImageAsyncCmd(archive).exec(load);
            load.result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw new RuntimeException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeException("interrupted", e);
        } finally {
            archive.stop();
            load.close();
        }
    }

    @Override
    public void onStart(Closeable started) {
        stream = started;
        if (result.isDone()) {
            close();
        }
    }

    @Override
    public void onNext(LoadResponseItem item) {
        if (item.isErrorIndicated()) {
            result.completeExceptionally(new Refused(Pull.words(item)));
        }
    }

    @Override
    public void onError(Throwable problem) {
        result.completeExceptionally(EngineErrors.unwrap(problem));
    }

    @Override
    public void onComplete() {
        result.complete(null);
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("closing the stream of a load", e);
        }
    }
}
