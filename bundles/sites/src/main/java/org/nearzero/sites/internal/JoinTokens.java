package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;

/**
 * The one-time tokens by which new sites join. They are kept hashed beside the authority, in {@code tokens/}, one file each: so the
 * command line issues them and the running site takes them, and neither needs the other. Calls do I/O; any thread.
 */
public final class JoinTokens {
    /** How long a token is good unless something else is asked for. */
    public static final Duration HOUR = Duration.ofHours(1);

    private static final Duration WEEK = Duration.ofDays(7);
    private static final String OPEN = ".token";
    private static final String USED = ".used";
    private static final int WRONG_A_MINUTE = 5;

    private final Path directory;
    private final byte[] authority;
    private final Clock clock;
    private final Deque<Instant> wrong = new ArrayDeque<>();

    public JoinTokens(Authority authority, Clock clock) {
        this(authority.directory().resolve("tokens"), Pem.fingerprint(authority.certificate()), clock);
    }

    JoinTokens(Path directory, byte[] authority, Clock clock) {
        this.directory = directory;
        this.authority = authority.clone();
        this.clock = clock;
    }

    /** What is kept of a token. */
    private record Kept(PopId popId, String sha256, Instant expires) {}

    /**
     * Makes a token.
     *
     * @param validity from now on, 1 min to 7 days
     * @param door where the new site reaches the one that has the authority
     * @return the token, which is shown nowhere else
     */
    public String issue(PopId popId, Duration validity, Endpoint door) throws IOException {
        Problems.check()
                .range("validity", validity, Duration.ofMinutes(1), WEEK)
                .throwIfAny();
        OwnerFiles.makeDirectory(directory);
        removeOld();
        byte[] secret = new byte[JoinToken.BYTES];
        new SecureRandom().nextBytes(secret);
        String hash = HexFormat.of().formatHex(JoinToken.hash(secret));
        Kept kept = new Kept(popId, hash, clock.instant().plus(validity));
        OwnerFiles.write(directory.resolve(hash.substring(0, 16) + OPEN), Json.write(kept));
        return new JoinToken(secret, authority, door).text();
    }

    /** A token that was taken: it is used up, unless what it was taken for fails. */
    final class Taken {
        private final Path used;
        private final Path open;

        private Taken(Path open, Path used) {
            this.open = open;
            this.used = used;
        }

        /** Makes it good again. */
        void giveBack() throws IOException {
            Files.move(used, open, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Takes a token, which nobody can take again.
     *
     * @throws JoinRefusedException if it is not good; nothing has changed then
     */
    synchronized Taken take(String secret, PopId popId) throws IOException, JoinRefusedException {
        Instant now = clock.instant();
        while (!wrong.isEmpty() && wrong.peek().isBefore(now.minus(Duration.ofMinutes(1)))) {
            wrong.remove();
        }
        if (wrong.size() >= WRONG_A_MINUTE) {
            throw new JoinRefusedException(429, "too many wrong tokens within a minute: try again in a minute");
        }
        try {
            return takeGood(secret, popId, now);
        } catch (JoinRefusedException e) {
            wrong.add(now);
            throw e;
        }
    }

    private Taken takeGood(String secret, PopId popId, Instant now) throws IOException, JoinRefusedException {
        Path file = find(secret);
        if (file == null) {
            throw new JoinRefusedException(
                    403, "the token is not known here: have one issued at this site's authority");
        }
        if (file.toString().endsWith(USED)) {
            throw new JoinRefusedException(403, "the token was used already: have another one issued");
        }
        Kept kept = Json.read(Files.readAllBytes(file), Kept.class);
        if (!now.isBefore(kept.expires())) {
            throw new JoinRefusedException(
                    403, "the token has expired at " + kept.expires() + ": have another one issued");
        }
        if (!kept.popId().equals(popId)) {
            throw new JoinRefusedException(403, "the token was issued for another site than " + popId);
        }
        Path used = file.resolveSibling(file.getFileName().toString().replace(OPEN, USED));
        try {
            // Renaming succeeds once, whoever else tries: another process may share the directory.
            Files.move(file, used, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            throw new JoinRefusedException(403, "the token was used already: have another one issued");
        }
        OwnerFiles.sync(directory);
        return new Taken(file, used);
    }

    /** Compares with every token there is, each in constant time: how long it takes tells nothing of what was close. */
    private Path find(String secret) throws IOException {
        byte[] hash = JoinToken.hash(decoded(secret));
        Path found = null;
        for (Path file : files()) {
            byte[] kept = HexFormat.of()
                    .parseHex(Json.read(Files.readAllBytes(file), Kept.class).sha256());
            if (MessageDigest.isEqual(kept, hash)) {
                found = file;
            }
        }
        return found;
    }

    private static byte[] decoded(String secret) {
        try {
            return Base64.getUrlDecoder().decode(secret);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (var all = Files.list(directory)) {
            all.filter(file -> file.toString().endsWith(OPEN) || file.toString().endsWith(USED))
                    .forEach(found::add);
        }
        return found;
    }

    /** Those that have expired a week ago: until then their holders are told why they are not good. */
    private void removeOld() throws IOException {
        Instant now = clock.instant();
        for (Path file : files()) {
            if (Json.read(Files.readAllBytes(file), Kept.class)
                    .expires()
                    .plus(WEEK)
                    .isBefore(now)) {
                Files.deleteIfExists(file);
            }
        }
    }
}
