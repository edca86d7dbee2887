package org.nearzero.ingress.testing.sites;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;

/** A certificate authority with sites under it, made with the JDK's keytool. Each is made once for all tests of a run. */
public final class Authority {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String NAMES_A_SITE = "urn:nearzero:pop:";
    private static final Map<String, Authority> MADE = new ConcurrentHashMap<>();

    private final Path store;
    private final Map<String, PeerSecurity> sites = new ConcurrentHashMap<>();

    private Authority(String name) {
        try {
            store = Files.createTempDirectory("authority").resolve("keys.p12");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        keytool("-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign,cRLSign");
    }

    /** The one of that name. */
    public static Authority named(String name) {
        return MADE.computeIfAbsent(name, Authority::new);
    }

    /** The one that all sites of the operator's are under. */
    public static Authority operators() {
        return named("operator");
    }

    /** A site under it. */
    public synchronized PeerSecurity site(String pop) {
        return sites.computeIfAbsent(pop, name -> make(name, "SAN=URI:" + NAMES_A_SITE + name + ",IP:127.0.0.1"));
    }

    /** Somebody whose certificate is good, and names no site. */
    public synchronized PeerSecurity nameless() {
        return sites.computeIfAbsent("nameless", name -> make(name, "SAN=DNS:example.test"));
    }

    /** Trusts the authority, and shows no certificate. */
    public SSLContext anonymous() {
        return context(null);
    }

    private PeerSecurity make(String alias, String names) {
        keytool("-alias", alias, "-dname", "CN=" + alias, "-signer", "ca", "-ext", names);
        SSLContext context = context(alias);
        PopId pop = new PopId(alias);
        return new PeerSecurity() {
            @Override
            public PopId popId() {
                return pop;
            }

            @Override
            public SSLContext sslContext() {
                return context;
            }

            @Override
            public Optional<PopId> identify(X509Certificate certificate) {
                return named(certificate);
            }
        };
    }

    private static Optional<PopId> named(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(names -> names.stream())
                    .map(name -> String.valueOf(name.get(1)))
                    .filter(name -> name.startsWith(NAMES_A_SITE))
                    .map(name -> new PopId(name.substring(NAMES_A_SITE.length())))
                    .findFirst();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param alias whose certificate it shows; null: nobody's */
    private SSLContext context(String alias) {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(in, PASSWORD);
            KeyStore own = empty();
            if (alias != null) {
                Certificate[] chain = all.getCertificateChain(alias);
                own.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, chain);
            }
            KeyStore trusted = empty();
            trusted.setCertificateEntry("ca", all.getCertificate("ca"));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private void keytool(String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2"));
        command.addAll(List.of(more));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
