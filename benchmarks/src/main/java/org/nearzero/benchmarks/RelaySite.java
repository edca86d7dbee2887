package org.nearzero.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.Endpoint;
import org.nearzero.embed.Nearzero;
import org.nearzero.embed.SitePlan;

/** A site of {@link RelayWays}, a process of its own: the homebase, which serves the application, or one that relays to it. */
public final class RelaySite {
    private RelaySite() {}

    /** @param args name, directory of its certificate, file of its store, port of the server, and a peer where it is not the homebase */
    public static void main(String[] args) throws IOException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.jboss.logging.provider", "slf4j");
        boolean homebase = args.length == 4;
        SitePlan plan = SitePlan.in("zone-" + args[0], Path.of(args[1]), Path.of(args[2]));
        if (!homebase) {
            plan.peer(args[4]);
        }
        Nearzero nearzero = Nearzero.builder()
                .popId(args[0])
                .driver(new StubDriver(new Endpoint("127.0.0.1", Integer.parseInt(args[3]))))
                .site(plan)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(nearzero::close));
        if (homebase) {
            nearzero.sites()
                    .apply(WarmNearzero.application())
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
        System.out.println("ingress " + nearzero.ingress().endpoints().get(0));
        System.out.println("door " + nearzero.ingress().peerDoor().orElseThrow());
        System.in.transferTo(OutputStream.nullOutputStream()); // until whoever started it ends it, or ends
    }
}
