package org.nearzero.sites.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.time.SteadyClock;
import org.nearzero.sites.internal.Authority;
import org.nearzero.sites.internal.JoinTokens;
import org.nearzero.sites.internal.Joining;
import org.nearzero.sites.internal.Pem;

/** {@code nearzero ca}: makes the operator's authority, sites' certificates, and the tokens by which sites join; takes certificates back. */
public final class Certificates {
    private static final String USAGE = """
            usage: nearzero ca COMMAND
              authority DIR                                  makes the operator's certificate authority in DIR
              site DIR POP [--door HOST:PORT]... [--days N]  makes a site's key and certificate in DIR/POP, or new ones;
                                                             the directory belongs on that site
              token DIR POP --door HOST:PORT [--minutes N]   prints a token with which the site POP can join once, at the
                                                             door of the site that has the authority of DIR
              join DIR POP TOKEN [--door HOST:PORT]...       joins with a token: makes the site's key in DIR and has it
                                                             certified
              revoke DIR POP                                 takes back all certificates made for a site until now: DIR/revoked.pem
                                                             belongs beside the authority.pem of each other site
            """;

    private final PrintStream out;
    private final PrintStream err;

    Certificates(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs one command in this process. @return 0: done; 1: it could not be done; 2: it was not understood */
    public static int run(PrintStream out, PrintStream err, String... line) {
        return new Certificates(out, err).run(List.of(line));
    }

    public static void main(String[] arguments) {
        System.exit(new Certificates(System.out, System.err).run(List.of(arguments)));
    }

    /** Runs a command. 0: done; 1: it could not be done; 2: it was not understood. */
    int run(List<String> line) {
        try {
            Arguments arguments = Arguments.parse(line);
            switch (arguments.command()) {
                case "authority" -> authority(arguments);
                case "site" -> site(arguments);
                case "token" -> token(arguments);
                case "join" -> join(arguments);
                case "revoke" -> revoke(arguments);
                default -> {
                    out.print(USAGE);
                    return 0;
                }
            }
            return 0;
        } catch (Arguments.UsageException e) {
            err.println("nearzero ca: " + e.getMessage());
            err.print(USAGE);
            return 2;
        } catch (InvalidInputException e) {
            err.println("nearzero ca: " + e.getMessage());
            return 2;
        } catch (IOException | GeneralSecurityException e) {
            err.println("nearzero ca: " + e.getMessage());
            return 1;
        }
    }

    private void authority(Arguments arguments) throws IOException, GeneralSecurityException {
        arguments.expect(1, "authority DIR");
        Path directory = arguments.directory();
        X509Certificate certificate = Authority.make(directory).certificate();
        out.println("authority in " + directory + ", valid until "
                + certificate.getNotAfter().toInstant());
        out.println("  SHA-256 " + HexFormat.of().formatHex(Pem.fingerprint(certificate)));
        out.println("  Whoever has these files can name any site: keep them on one machine, and a copy in a safe.");
    }

    private void site(Arguments arguments) throws IOException, GeneralSecurityException {
        arguments.expect(2, "site DIR POP", "door", "days");
        Path directory = arguments.directory();
        PopId popId = arguments.popId();
        Path into = directory.resolve(popId.value());
        Duration validity = Duration.ofDays(arguments.number("days", Authority.YEAR.toDays(), 1, 3650));
        X509Certificate certificate = Authority.open(directory).issue(into, popId, arguments.doors(), validity);
        tell(popId, into, certificate);
    }

    private void token(Arguments arguments) throws IOException, GeneralSecurityException {
        arguments.expect(2, "token DIR POP", "door", "minutes");
        List<Endpoint> doors = arguments.doors();
        if (doors.size() != 1) {
            throw new Arguments.UsageException("token: " + doors.size()
                    + " doors (expected: --door HOST:PORT of the site that has the authority)");
        }
        Duration validity = Duration.ofMinutes(arguments.number("minutes", JoinTokens.HOUR.toMinutes(), 1, 10_080));
        JoinTokens tokens = new JoinTokens(Authority.open(arguments.directory()), SteadyClock.ofThisProcess());
        out.println(tokens.issue(arguments.popId(), validity, doors.get(0)));
    }

    private void join(Arguments arguments) throws IOException, GeneralSecurityException {
        arguments.expect(3, "join DIR POP TOKEN", "door");
        Path directory = arguments.directory();
        PopId popId = arguments.popId();
        tell(popId, directory, new Joining().join(directory, popId, arguments.doors(), arguments.token()));
    }

    private void revoke(Arguments arguments) throws IOException, GeneralSecurityException {
        arguments.expect(2, "revoke DIR POP");
        Authority authority = Authority.open(arguments.directory());
        int count = authority.revoke(arguments.popId());
        out.println("site " + arguments.popId() + ": " + count + (count == 1 ? " certificate is" : " certificates are")
                + " taken back in " + authority.revokedFile());
        out.println(
                "  Copy it into the certificate directory of each other site: read within seconds, without a restart.");
    }

    private void tell(PopId popId, Path directory, X509Certificate certificate) {
        out.println("site " + popId + " in " + directory + ", valid until "
                + certificate.getNotAfter().toInstant());
    }
}
