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
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.Orchestrator;
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
            List<AppInstanceId> before = instances(orchestrator, AppInstanceStatus.READY);
            assertEquals(1, before.size());

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
        assertEquals(404, get(ingress));
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
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + ingress.endpoints().get(0) + "/").toURL().openConnection();
        connection.setReadTimeout(60_000);
        return connection.getResponseCode();
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
                new ServerlessPolicy(List.of(new RouteMatch("127.0.0.1", "/")), ScalingPolicy.DEFAULT));
    }
}
