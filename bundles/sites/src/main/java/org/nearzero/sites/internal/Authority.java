package org.nearzero.sites.internal;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/**
 * The operator's certificate authority, in a directory of its own: {@code authority.p12}, {@code authority.password} and
 * {@code authority.pem}. Whoever holds these can name any site; they belong on one machine, and no site but the one that lets others
 * join needs them. Calls run keytool and take a second; any thread, one at a time.
 */
public final class Authority {
    /** How long a site's certificate is valid unless something else is asked for. */
    public static final Duration YEAR = Duration.ofDays(365);

    private static final String ALIAS = "authority";
    private static final int DAYS = 3650;

    /** Certificates begin to be valid this much earlier: the clocks of sites differ. */
    private static final String EARLIER = "-10M";

    private static final int LONGEST_REQUEST = 16 * 1024;

    private final Path directory;
    private final KeyStoreFile keys;
    private final X509Certificate certificate;
    private final Keytool keytool;

    private Authority(Path directory, X509Certificate certificate, Keytool keytool) {
        this.directory = directory;
        this.keys = KeyStoreFile.in(directory, ALIAS);
        this.certificate = certificate;
        this.keytool = keytool;
    }

    /**
     * Makes an authority that is valid for ten years.
     *
     * @throws IOException if there is one already, or its files cannot be written
     */
    public static Authority make(Path directory) throws IOException, GeneralSecurityException {
        return make(directory, new Keytool());
    }

    static Authority make(Path directory, Keytool keytool) throws IOException, GeneralSecurityException {
        OwnerFiles.makeDirectory(directory);
        KeyStoreFile place = KeyStoreFile.in(directory, ALIAS);
        for (Path file : List.of(place.file(), place.password(), certificateFile(directory))) {
            if (Files.exists(file)) {
                throw new IOException(file + ": there is an authority already (expected: a directory without one;"
                        + " a new authority would make every certificate of this one worthless)");
            }
        }
        Path work = OwnerFiles.makeWorkDirectory(directory);
        try {
            KeyStoreFile fresh = KeyStoreFile.in(work, ALIAS);
            fresh.makePassword();
            makeKey(fresh, keytool);
            X509Certificate certificate = (X509Certificate) fresh.load().getCertificate(ALIAS);
            Path pem = certificateFile(work);
            OwnerFiles.write(pem, Pem.of(certificate).getBytes(StandardCharsets.US_ASCII));
            // Without "replace": of two that run at once, one fails. The key store last: it is what makes it an
            // authority.
            Files.move(fresh.password(), place.password());
            Files.move(pem, certificateFile(directory));
            Files.move(fresh.file(), place.file());
            OwnerFiles.sync(directory);
            return new Authority(directory, certificate, keytool);
        } finally {
            SiteFiles.deleteAll(work);
        }
    }

    private static void makeKey(KeyStoreFile store, Keytool keytool) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1"));
        arguments.addAll(List.of("-dname", "CN=Nearzero authority", "-startdate", EARLIER, "-validity", "" + DAYS));
        arguments.addAll(List.of("-ext", "bc:c=ca:true,pathlen:0", "-ext", "ku:c=keyCertSign,cRLSign"));
        keytool.run(store, "-genkeypair", arguments.toArray(String[]::new));
        OwnerFiles.ownersOnly(store.file());
    }

    /** @throws IOException if there is none */
    public static Authority open(Path directory) throws IOException, GeneralSecurityException {
        if (!Files.exists(KeyStoreFile.in(directory, ALIAS).file())) {
            throw new IOException(directory + ": no authority there (expected: authority.p12, authority.password and"
                    + " authority.pem; make one with: nearzero ca authority " + directory + ")");
        }
        return new Authority(directory, Pem.read(certificateFile(directory)), new Keytool());
    }

    private static Path certificateFile(Path directory) {
        return directory.resolve("authority.pem");
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    Path directory() {
        return directory;
    }

    /**
     * Makes a site's key and certificate, or new ones in place of old ones, in a directory that then belongs on that site.
     *
     * @param doors where peers reach the site; may be empty
     */
    public X509Certificate issue(Path into, PopId popId, List<Endpoint> doors, Duration validity)
            throws IOException, GeneralSecurityException {
        return new SiteFiles(into)
                .renew(popId, keytool, request -> List.of(sign(request, popId, doors, validity), certificate));
    }

    /**
     * Certifies the key of a site that asks for it. What else the request says counts for nothing.
     *
     * @param request in PEM form (RFC 2986)
     */
    X509Certificate sign(String request, PopId popId, List<Endpoint> doors, Duration validity)
            throws IOException, GeneralSecurityException {
        if (request.length() > LONGEST_REQUEST) {
            throw new CertificateException(
                    "request: " + request.length() + " characters (expected: at most " + LONGEST_REQUEST + ")");
        }
        List<String> names = new ArrayList<>(List.of("uri:" + SiteName.uri(popId)));
        names.addAll(Doors.alternativeNames(doors));
        Path work = OwnerFiles.makeWorkDirectory(directory);
        try {
            Path in = work.resolve("request.pem");
            Path out = work.resolve("certificate.pem");
            Files.writeString(in, request);
            List<String> arguments = new ArrayList<>(List.of("-alias", ALIAS, "-dname", "CN=" + popId, "-rfc"));
            arguments.addAll(List.of("-startdate", EARLIER, "-validity", "" + Math.max(1, validity.toDays())));
            arguments.addAll(List.of("-ext", "san=" + String.join(",", names), "-ext", "ku:c=digitalSignature"));
            arguments.addAll(List.of("-ext", "eku=serverAuth,clientAuth"));
            arguments.addAll(List.of("-infile", in.toString(), "-outfile", out.toString()));
            keytool.run(keys, "-gencert", arguments.toArray(String[]::new));
            X509Certificate made = checked(Pem.read(out), popId);
            new Issued(directory).add(made);
            return made;
        } finally {
            SiteFiles.deleteAll(work);
        }
    }

    /**
     * Takes back all certificates that it has made for a site until now: writes {@code revoked.pem}, which belongs beside the {@code
     * authority.pem} of each site. What was taken back before is in it as well. One made afterwards is good.
     *
     * @return how many of the site's are in it
     * @throws IOException if it knows of none, in which case nothing has changed
     */
    public int revoke(PopId popId) throws IOException, GeneralSecurityException {
        Issued issued = new Issued(directory);
        Set<BigInteger> its =
                issued.of(popId).stream().map(X509Certificate::getSerialNumber).collect(Collectors.toSet());
        if (its.isEmpty()) {
            throw new IOException(issued.directory() + ": no certificate of site " + popId
                    + " there (expected: one that was made here; if it is older than that directory, put it there as"
                    + " NAME.pem and try again)");
        }
        Path work = OwnerFiles.makeWorkDirectory(directory);
        try {
            Path out = work.resolve(SiteFiles.REVOKED);
            List<String> arguments = new ArrayList<>(List.of("-alias", ALIAS, "-rfc", "-file", out.toString()));
            Revocations.read(revokedFile(), certificate)
                    .with(its)
                    .forEach(serial -> arguments.addAll(List.of("-id", serial.toString())));
            keytool.run(keys, "-gencrl", arguments.toArray(String[]::new));
            Revocations.read(out, certificate);
            OwnerFiles.write(revokedFile(), Files.readAllBytes(out));
            return its.size();
        } finally {
            SiteFiles.deleteAll(work);
        }
    }

    /** What it has taken back, for its sites; not there as long as it is nothing. */
    public Path revokedFile() {
        return directory.resolve(SiteFiles.REVOKED);
    }

    /** Nothing that the tool made of a stranger's request leaves the house unseen. */
    private X509Certificate checked(X509Certificate made, PopId popId) throws GeneralSecurityException {
        made.verify(certificate.getPublicKey());
        if (!SiteName.of(made).equals(Optional.of(popId)) || made.getBasicConstraints() >= 0) {
            throw new CertificateException("certificate made for " + popId + " names somebody else");
        }
        if (!"EC".equals(made.getPublicKey().getAlgorithm())) {
            throw new CertificateException(
                    "key: " + made.getPublicKey().getAlgorithm() + " (expected: EC, on the curve secp256r1)");
        }
        return made;
    }
}
