package org.nearzero.itests.framework;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.itests.thirdparty.InHouseDriver;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;

/** An application served through the services of the shipped bundles, and its driver replaced while it serves. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ServingIT extends FrameworkTestBase {
    private static final AppId SHOP = new AppId("shop");
    private static final String DRIVER = "org.nearzero.drivers.process";

    @Test
    public void servesFromZeroAndGoesOnWhileItsDriverIsReplaced() throws Exception {
        Orchestrator orchestrator = service(Orchestrator.class);
        Ingress ingress = service(Ingress.class);
        await("the driver is there", () -> taken(orchestrator));
        try {
            assertEquals(200, get(ingress));
            // It is told as ready a moment after it has served.
            await(
                    "one is ready",
                    () -> instances(orchestrator, AppInstanceStatus.READY).size() == 1);
            List<AppInstanceId> before = instances(orchestrator, AppInstanceStatus.READY);

            Bundle driver = Stream.of(context.getBundles())
                    .filter(bundle -> DRIVER.equals(bundle.getSymbolicName()))
                    .findFirst()
                    .orElseThrow();
            driver.stop();
            await("its state is not known", () -> instances(orchestrator, AppInstanceStatus.UNKNOWN)
                    .equals(before));
            assertEquals(200, get(ingress));

            driver.update();
            driver.start();
            await("it is known again", () -> instances(orchestrator, AppInstanceStatus.READY)
                    .equals(before));
            assertEquals(200, get(ingress));
        } finally {
            orchestrator.delete(SHOP, Duration.ZERO).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        await("it is unknown, and the ingress knows", () -> get(ingress) == 404);
    }

    @Test
    public void anotherDriverTakesOverAndLeavesAgainWithoutAFailedRequest() throws Exception {
        Orchestrator orchestrator = service(Orchestrator.class);
        Ingress ingress = service(Ingress.class);
        await("the driver is there", () -> taken(orchestrator));
        Bundle thirdParty = context.installBundle(
                "memory:in-house",
                ThirdPartyBundle.of(InHouseDriver.class, "driver", "model", "com.sun.net.httpserver"));
        assertEquals(200, get(ingress));
        try (Traffic traffic = new Traffic(() -> get(ingress))) {
            servedBy("process", null, orchestrator, ingress, traffic);
            thirdParty.start();
            servedBy("in-house", "in-house", orchestrator, ingress, traffic);
            thirdParty.stop();
            servedBy("process", null, orchestrator, ingress, traffic);
            assertEquals(List.of(), traffic.failures());
        } finally {
            thirdParty.uninstall();
            orchestrator.delete(SHOP, Duration.ZERO).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    /** Waits until one instance of that driver has taken over, and has answered some of the traffic. */
    private void servedBy(String driver, String answeredBy, Orchestrator orchestrator, Ingress ingress, Traffic traffic)
            throws Exception {
        await("one instance is ready, of " + driver, () -> {
            List<String> ready = orchestrator.status(SHOP).orElseThrow().instances().stream()
                    .filter(instance -> instance.status() == AppInstanceStatus.READY)
                    .map(AppInstance::driver)
                    .toList();
            return ready.equals(List.of(driver));
        });
        assertEquals(answeredBy, connect(ingress).getHeaderField("Answered-By"));
        int before = traffic.sent();
        await("it answers the traffic", () -> traffic.sent() >= before + 50);
    }

    private static boolean taken(Orchestrator orchestrator) {
        return !orchestrator
                .apply(application())
                .toCompletableFuture()
                .handle((s, e) -> e != null)
                .join();
    }

    private static List<AppInstanceId> instances(Orchestrator orchestrator, AppInstanceStatus status) {
        return orchestrator.status(SHOP).orElseThrow().instances().stream()
                .filter(instance -> instance.status() == status)
                .map(AppInstance::appInstanceId)
                .toList();
    }

    private static int get(Ingress ingress) throws IOException {
        return connect(ingress).getResponseCode();
    }

    private static HttpURLConnection connect(Ingress ingress) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + ingress.endpoints().get(0) + "/").toURL().openConnection();
        connection.setReadTimeout(120_000);
        return connection;
    }

    /** The sample application, as the build of examples leaves it, at the address that the test asks by. */
    private static Application application() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Path.of("..", "examples", "target", "sample.jar")
                .toAbsolutePath()
                .normalize();
        return new Application(
                SHOP,
                "acme",
                "1",
                new Artefact("file://" + java),
                List.of("-XX:TieredStopAtLevel=1", "-jar", jar.toString()),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch("127.0.0.1", "/")), unhurried()));
    }

    /** Nothing goes, and nobody is sent away, because a busy machine takes its time. */
    private static ScalingPolicy unhurried() {
        ScalingPolicy usual = ScalingPolicy.DEFAULT;
        QueuePolicy queue =
                new QueuePolicy(usual.queue().maxConnections(), usual.queue().maxBytes(), Duration.ofMinutes(2));
        return new ScalingPolicy(
                usual.maxConnectionsPerInstance(),
                usual.minInstances(),
                usual.maxInstances(),
                Duration.ofMinutes(10),
                usual.stabilizationWindow(),
                Duration.ofMinutes(2),
                queue);
    }
}
