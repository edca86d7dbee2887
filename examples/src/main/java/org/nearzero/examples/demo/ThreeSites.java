package org.nearzero.examples.demo;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.embed.SitePlan;
import org.nearzero.sites.tools.Certificates;

/** Three points of presence of one operator, under one authority, in this process. */
final class ThreeSites implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private final List<Site> sites = new ArrayList<>();
    private final Moves moves = new Moves();

    private ThreeSites() {}

    /** Starts them. @param port of the first one's ingress, the others have the next ones; 0: any free ones */
    static ThreeSites start(int port, Path directory) throws DemoException {
        ThreeSites three = new ThreeSites();
        try {
            Path authority = directory.resolve("authority");
            certificates("authority", authority.toString());
            List<String> peers = List.of();
            for (String name : List.of("pop-a", "pop-b", "pop-c")) {
                // Nobody looks at the name of the door: a certificate proves which site it is.
                certificates("site", authority.toString(), name, "--door", "127.0.0.1:1");
                SitePlan plan = SitePlan.in("zone-" + name, authority.resolve(name), directory.resolve(name + ".mv"))
                        .heartbeat(HEARTBEAT);
                peers.forEach(plan::peer);
                int here = port == 0 ? 0 : port + three.sites.size();
                three.sites.add(Site.start(name, here, directory, plan, three.moves));
                if (peers.isEmpty()) {
                    peers = List.of(name + "@" + three.homebaseDoor());
                }
            }
            return three;
        } catch (DemoException | RuntimeException e) {
            three.close();
            throw e;
        }
    }

    private Endpoint homebaseDoor() {
        return a().nearzero().ingress().peerDoor().orElseThrow();
    }

    private static void certificates(String... line) throws DemoException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            if (Certificates.run(out, out, line) != 0) {
                throw new DemoException("no certificate: " + said.toString(StandardCharsets.UTF_8));
            }
        }
    }

    /** Hands an application over, once, at the first site, which is thereby its homebase. */
    void apply(Application application) throws DemoException {
        try {
            a().nearzero()
                    .sites()
                    .apply(application)
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            String why = e.getCause() instanceof TimeoutException
                    ? "no answer within 30 s"
                    : e.getCause().getMessage();
            throw new DemoException("the application was not taken: " + why, e);
        }
    }

    Site a() {
        return sites.get(0);
    }

    Site b() {
        return sites.get(1);
    }

    Site c() {
        return sites.get(2);
    }

    List<Site> all() {
        return sites;
    }

    Moves moves() {
        return moves;
    }

    @Override
    public void close() {
        // The homebase last: the others would miss it.
        for (int i = sites.size() - 1; i >= 0; i--) {
            sites.get(i).close();
        }
    }
}
