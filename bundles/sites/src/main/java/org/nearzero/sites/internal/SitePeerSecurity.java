package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS from the files of {@link SiteFiles}. They are looked at again when a connection is made, every few seconds at most
 * and on a thread of its own, so that a renewed certificate, and what the authority has taken back, count without a restart. Files that are no good leave what was there in force.
 */
public final class SitePeerSecurity implements PeerSecurity, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SitePeerSecurity.class);
    private static final Duration WARNING = Duration.ofDays(30);
    private static final int MOST_REFUSALS = 100;

    private final SiteFiles files;
    private final Clock clock;
    private final Duration lookEvery;
    private final ExecutorService looking = Threads.few("nearzero-certificates", 1);
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean onItsWay = new AtomicBoolean();
    private volatile Instant nextLook;
    private volatile Credentials current;
    private volatile long looks; // written by the looking thread only
    private List<FileTime> seen; // the looking thread only, after the constructor
    private Credentials.Life told = Credentials.Life.GOOD; // likewise

    /**
     * @param directory where the files are
     * @throws IOException if a file is missing, or others can read it
     * @throws GeneralSecurityException if they do not prove a site
     */
    public SitePeerSecurity(Path directory, Clock clock) throws IOException, GeneralSecurityException {
        this(directory, clock, Duration.ofSeconds(5));
    }

    SitePeerSecurity(Path directory, Clock clock, Duration lookEvery) throws IOException, GeneralSecurityException {
        this.files = new SiteFiles(directory);
        this.clock = clock;
        this.lookEvery = lookEvery;
        this.seen = times();
        this.current = Credentials.read(files, this::refused);
        this.nextLook = clock.instant().plus(lookEvery);
        tellLife();
    }

    @Override
    public PopId popId() {
        return current.popId();
    }

    @Override
    public SSLContext sslContext() {
        lookIfDue();
        return current.context();
    }

    @Override
    public Optional<PopId> identify(X509Certificate certificate) {
        lookIfDue();
        // Whoever came before its certificate was taken back may still be connected.
        return current.revoked().contain(certificate) ? Optional.empty() : SiteName.of(certificate);
    }

    /**
     * The sites that were known where this one joined; empty if it did not join, but was given its certificate.
     *
     * @throws org.nearzero.api.model.InvalidInputException if the file says something else
     */
    public List<PeerAddress> joinedPeers() throws IOException {
        if (!Files.exists(files.peersFile())) {
            return List.of();
        }
        return Files.readAllLines(files.peersFile()).stream()
                .filter(line -> !line.isBlank())
                .map(line -> PeerAddress.parse(files.peersFile().toString(), line.strip()))
                .toList();
    }

    /** For connections to one site: anybody else who answers there is not believed. */
    SSLContext contextFor(PopId expected) {
        lookIfDue();
        try {
            return current.contextFor(expected);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // the same keys and authority made a context before
        }
    }

    /** Changes when the certificate does: connections made before show the old one. */
    Object version() {
        lookIfDue();
        return current;
    }

    /** Somebody was not let in. Said once, for he comes again and again. Any thread. */
    private void refused(String why) {
        if (refusals.size() < MOST_REFUSALS && refusals.add(why)) {
            LOG.warn(
                    "event=peer-refused pop={} reason=\"{}\" next=\"told once; if it is to be let in, have a new certificate made"
                            + " for it: nearzero ca site\"",
                    current.popId(),
                    why);
        }
    }

    /** Why somebody was not let in, each once since the files were read. */
    Set<String> refusals() {
        return Set.copyOf(refusals);
    }

    /** How often the files were looked at since the start. */
    long looked() {
        return looks;
    }

    private void lookIfDue() {
        if (clock.instant().isBefore(nextLook) || !onItsWay.compareAndSet(false, true)) {
            return;
        }
        try {
            looking.execute(this::look);
        } catch (RejectedExecutionException e) {
            onItsWay.set(false); // closed; what there is goes on until the last connection ends
        }
    }

    private void look() {
        try {
            List<FileTime> now = times();
            if (!now.equals(seen)) {
                seen = now;
                reload();
            }
        } catch (IOException e) {
            LOG.warn("event=certificate-not-read directory={} reason=\"{}\"", files.directory(), e.toString());
        } finally {
            tellLife();
            nextLook = clock.instant().plus(lookEvery);
            looks++;
            onItsWay.set(false);
        }
    }

    private void reload() {
        try {
            Credentials fresh = Credentials.read(files, this::refused);
            if (!fresh.popId().equals(current.popId())) {
                throw new GeneralSecurityException("names site " + fresh.popId() + " (expected: " + current.popId()
                        + "; a site keeps its name while it runs)");
            }
            current = fresh;
            refusals.clear();
            LOG.info(
                    "event=certificate-read pop={} validUntil={} revoked={}",
                    fresh.popId(),
                    fresh.end(),
                    fresh.revoked().count());
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn(
                    "event=certificate-not-renewed directory={} reason=\"{}\" next=\"the one read before goes on; mend the"
                            + " files, they are read again when they change\"",
                    files.directory(),
                    e.getMessage());
        }
    }

    private List<FileTime> times() throws IOException {
        Path revoked = files.revokedFile();
        return List.of(
                Files.getLastModifiedTime(files.keyFile()),
                Files.getLastModifiedTime(files.authorityFile()),
                Files.exists(revoked) ? Files.getLastModifiedTime(revoked) : FileTime.fromMillis(-1));
    }

    private void tellLife() {
        Credentials.Life life = current.life(clock.instant(), WARNING);
        if (life == told) {
            return;
        }
        told = life;
        String todo = "have a new one made where the authority is: nearzero ca site DIR " + current.popId()
                + ", and put its files into " + files.directory() + "; they are read without a restart";
        switch (life) {
            case NOT_YET ->
                LOG.warn(
                        "event=certificate-not-yet-valid pop={} validFrom={} next=\"check this machine's date; until then no"
                                + " peer believes this site\"",
                        current.popId(),
                        current.begin());
            case ENDING ->
                LOG.warn(
                        "event=certificate-ends pop={} validUntil={} next=\"{}\"",
                        current.popId(),
                        current.end(),
                        todo);
            case OVER ->
                LOG.warn(
                        "event=certificate-expired pop={} validUntil={} next=\"no peer believes this site; {}\"",
                        current.popId(),
                        current.end(),
                        todo);
            case GOOD -> LOG.info("event=certificate-good pop={} validUntil={}", current.popId(), current.end());
        }
    }

    @Override
    public void close() {
        looking.shutdown();
    }
}
