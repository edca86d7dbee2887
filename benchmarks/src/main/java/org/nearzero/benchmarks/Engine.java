package org.nearzero.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Docker engine, past the driver: what it says happened to containers whose names begin in a certain way. The exit codes
 * come from here, since the driver removes what it stops.
 */
final class Engine implements AutoCloseable {
    private static final String SOCKET = "unix:///var/run/docker.sock";

    private final String prefix;
    private final DockerClient client;
    private final List<String> exitCodes = new ArrayList<>();
    private int running;
    private int mostRunning;
    private int started;

    private Engine(DockerClient client, String prefix) {
        this.client = client;
        this.prefix = prefix;
    }

    /** Connects, and watches containers whose names begin with {@code prefix}. */
    static Engine watching(String prefix, String image) throws MissingException {
        DockerClient client = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(SOCKET)
                        .build(),
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(URI.create(SOCKET))
                        .build());
        try {
            client.inspectImageCmd(image).exec();
        } catch (NotFoundException e) {
            throw new MissingException("image " + image + " is missing: scripts/sample-image builds it", e);
        } catch (RuntimeException e) {
            throw new MissingException("no Docker engine answers at " + SOCKET + ": " + e.getMessage(), e);
        }
        Engine engine = new Engine(client, prefix);
        engine.watch();
        return engine;
    }

    DockerClient client() {
        return client;
    }

    /** How many containers ran at once, at most. */
    synchronized int mostRunning() {
        return mostRunning;
    }

    synchronized int running() {
        return running;
    }

    synchronized int started() {
        return started;
    }

    /** The exit codes of those that have ended. */
    synchronized List<String> exitCodes() {
        return List.copyOf(exitCodes);
    }

    /** How many said that they were stopped with a connection in flight. */
    long stoppedBusy() {
        return exitCodes().stream().filter("9"::equals).count();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private void watch() {
        client.eventsCmd().withEventFilter("start", "die").exec(new ResultCallback.Adapter<Event>() {
            @Override
            public void onNext(Event event) {
                happened(event);
            }

            @Override
            public void onError(Throwable error) {
                // The stream ends with an error when the client is closed; a gap in between shows as running != 0.
            }
        });
    }

    private synchronized void happened(Event event) {
        Map<String, String> attributes =
                event.getActor() == null || event.getActor().getAttributes() == null
                        ? Map.of()
                        : event.getActor().getAttributes();
        if (!attributes.getOrDefault("name", "").startsWith(prefix)) {
            return;
        }
        if ("start".equals(event.getAction())) {
            running++;
            started++;
            mostRunning = Math.max(mostRunning, running);
        } else {
            running--;
            exitCodes.add(attributes.getOrDefault("exitCode", "?"));
        }
    }
}
