package org.nearzero.startup.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Starts an OSGi framework with the bundles of a distribution and stays until it stops.
 *
 * <p>System properties: {@code nearzero.home}, the unpacked distribution; {@code nearzero.base}, the directory of this
 * instance's own {@code conf/}, {@code deploy/}, {@code logs/} and {@code run/}, the home by default. Bundles are the jars in
 * {@code bundles/<start level>-<any name>/}, used where they lie: nothing is copied into the framework's cache.
 *
 * <p>Further ones with defaults, for the start script: {@code nearzero.logback}, the configuration of the log;
 * {@code nearzero.shell}, arguments of the shell. All four can be used in {@code conf/framework.properties}. With
 * {@code nearzero.giveUp=true} the platform ends if it fails to come up.
 *
 * <p>Exit codes: 0 after an orderly stop, 1 if the framework does not come up.
 */
public final class Launcher {
    private static final long STOP_DEADLINE_MILLIS = TimeUnit.SECONDS.toMillis(60);

    private Launcher() {}

    public static void main(String[] args) {
        Path home = directory("nearzero.home", Path.of(""));
        Path base = directory("nearzero.base", home);
        try {
            System.exit(run(home, base));
        } catch (IOException | BundleException | IllegalArgumentException e) {
            System.err.println("nearzero: the framework does not start from " + home + ": " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(1);
        }
    }

    private static Path directory(String property, Path otherwise) {
        Path path = Path.of(System.getProperty(property, otherwise.toString()))
                .toAbsolutePath()
                .normalize();
        System.setProperty(property, path.toString());
        return path;
    }

    private static int run(Path home, Path base) throws IOException, BundleException, InterruptedException {
        Map<String, String> variables = Map.of(
                "nearzero.home", home.toString(),
                "nearzero.base", base.toString(),
                "nearzero.logback",
                        System.getProperty(
                                "nearzero.logback",
                                base.resolve("conf/logback.xml").toString()),
                "nearzero.shell", System.getProperty("nearzero.shell", "--nointeractive"));
        Map<String, String> properties = FrameworkProperties.read(base.resolve("conf/framework.properties"), variables);
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new BundleException("no framework on the class path (expected in " + home + "/lib)"))
                .newFramework(properties);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework), "nearzero-stop"));
        framework.init();
        AtomicBoolean gaveUp = new AtomicBoolean();
        if (Boolean.getBoolean("nearzero.giveUp")) {
            offerToGiveUp(framework, gaveUp);
        }
        List<Bundle> bundles = install(framework.getBundleContext(), BundleDirectory.list(home.resolve("bundles")));
        for (Bundle bundle : bundles) {
            start(bundle);
        }
        framework.start();
        int type = framework.waitForStop(0).getType();
        return !gaveUp.get() && (type == FrameworkEvent.STOPPED || type == FrameworkEvent.STOPPED_UPDATE) ? 0 : 1;
    }

    /** A service that ends the platform, for the bundle that finds out that it cannot come up. */
    private static void offerToGiveUp(Framework framework, AtomicBoolean gaveUp) {
        Runnable giveUp = () -> {
            gaveUp.set(true);
            try {
                framework.stop(); // returns at once
            } catch (BundleException e) {
                throw new IllegalStateException("the framework does not stop: " + e.getMessage(), e);
            }
        };
        framework
                .getBundleContext()
                .registerService(Runnable.class, giveUp, new Hashtable<>(Map.of("nearzero.launcher", "give-up")));
    }

    private static List<Bundle> install(BundleContext context, List<BundleDirectory.Entry> entries)
            throws BundleException {
        List<Bundle> bundles = new ArrayList<>();
        for (BundleDirectory.Entry entry : entries) {
            Bundle bundle = context.installBundle("reference:" + entry.jar().toUri());
            bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
            bundles.add(bundle);
        }
        return bundles;
    }

    /** Marks a bundle to be started at its level. One that fails then is reported as a framework event; the others go on. */
    private static void start(Bundle bundle) throws BundleException {
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }

    private static void stop(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(STOP_DEADLINE_MILLIS);
        } catch (BundleException e) {
            System.err.println("nearzero: the framework does not stop in order: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
