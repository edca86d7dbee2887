package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.model.PopId;
import org.nearzero.api.time.SteadyClock;

/** An operator's authority and the certificates of his sites, made once for all tests: keytool takes its time. */
final class Operator {
    /** The one that the sites of a test belong to. */
    static final Operator OURS = new Operator();

    /** Another one, with sites of the same names. */
    static final Operator STRANGER = new Operator();

    private final Map<String, Path> sites = new ConcurrentHashMap<>();
    private Path directory;

    private Operator() {}

    /** Where his authority is. */
    synchronized Path directory() {
        if (directory == null) {
            try {
                directory = Files.createTempDirectory("nearzero-operator");
                Authority.make(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        return directory;
    }

    Authority authority() {
        try {
            return Authority.open(directory());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The files of a site of his. */
    Path site(String name) {
        return sites.computeIfAbsent(name, pop -> {
            Path into = directory().resolve(pop);
            try {
                authority().issue(into, new PopId(pop), List.of(), Authority.YEAR);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return into;
        });
    }

    SitePeerSecurity security(String name) {
        try {
            return new SitePeerSecurity(site(name), SteadyClock.ofThisProcess());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
