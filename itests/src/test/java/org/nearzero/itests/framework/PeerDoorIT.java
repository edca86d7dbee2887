package org.nearzero.itests.framework;

import static org.junit.Assert.assertEquals;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The door for other sites in a running framework: it opens and closes with the services that it needs. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PeerDoorIT extends FrameworkTestBase {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final PopId POP = new PopId("mec-1");

    @Test
    public void opensWithACertificateAndAnswersOverHttp2() throws Exception {
        Configuration configuration = service(ConfigurationAdmin.class).getConfiguration("org.nearzero.ingress", "?");
        Dictionary<String, Object> before = configuration.getProperties();
        Dictionary<String, Object> with = configuration.getProperties();
        with.put("peerPort", 0);
        SSLContext tls = sslContext(Files.createTempDirectory("site").resolve("keys.p12"));
        ServiceRegistration<PeerSecurity> security = context.registerService(PeerSecurity.class, security(tls), null);
        PeerService naming = (peer, path, body) -> CompletableFuture.completedFuture(
                new PeerService.Answer(200, (peer.orElseThrow() + " " + path).getBytes()));
        ServiceRegistration<PeerService> service = context.registerService(PeerService.class, naming, null);
        try {
            configuration.update(with);
            await("the door is open", () -> door().isPresent());
            HttpResponse<String> response = ask(tls, door().orElseThrow());
            assertEquals(HttpClient.Version.HTTP_2, response.version());
            assertEquals("mec-1 sync", response.body());
            service.unregister();
            assertEquals(503, ask(tls, door().orElseThrow()).statusCode());
            security.unregister();
            await("the door is closed", () -> door().isEmpty());
        } finally {
            configuration.update(before);
        }
        await("the ingress is back", () -> service(Ingress.class).peerDoor().isEmpty());
    }

    /** Of the component that is there now: a change of its configuration makes another. */
    private Optional<Endpoint> door() {
        var reference = context.getServiceReference(Ingress.class);
        if (reference == null) {
            return Optional.empty();
        }
        Ingress ingress = context.getService(reference);
        try {
            return ingress == null ? Optional.empty() : ingress.peerDoor();
        } finally {
            context.ungetService(reference);
        }
    }

    private static HttpResponse<String> ask(SSLContext context, Endpoint door) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + door + "/.nearzero/v1/sync"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newBuilder().sslContext(context).build().send(request, BodyHandlers.ofString());
    }

    private static PeerSecurity security(SSLContext context) {
        return new PeerSecurity() {
            @Override
            public PopId popId() {
                return POP;
            }

            @Override
            public SSLContext sslContext() {
                return context;
            }

            @Override
            public Optional<PopId> identify(X509Certificate certificate) {
                return Optional.of(POP);
            }
        };
    }

    /** One certificate that everybody shows and trusts. */
    private static SSLContext sslContext(Path store) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "site",
                        "-dname",
                        "CN=site",
                        "-keyalg",
                        "EC",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-validity",
                        "2")
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("site", keys.getCertificate("site"));
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
        others.init(trusted);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return made;
    }
}
