package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;

class AuthorityTest {
    private static final PopId MEC = new PopId("mec-1");

    @TempDir
    Path directory;

    @Test
    void certifiesASiteByNameForBothSidesOfAConnection() throws Exception {
        Authority authority = Authority.make(directory);
        List<Endpoint> doors =
                List.of(new Endpoint("mec-1.example", 7443), new Endpoint("10.0.0.1", 7443), new Endpoint("::1", 7443));

        X509Certificate certificate = authority.issue(directory.resolve("mec-1"), MEC, doors, Authority.YEAR);

        certificate.verify(authority.certificate().getPublicKey());
        assertEquals(Optional.of(MEC), SiteName.of(certificate));
        assertEquals(
                List.of("urn:nearzero:pop:mec-1", "mec-1.example", "10.0.0.1", "0:0:0:0:0:0:0:1"),
                certificate.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1))
                        .toList());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(-1, certificate.getBasicConstraints());
        assertEquals(Duration.ofDays(365), lifeOf(certificate));
        assertEquals("EC", certificate.getPublicKey().getAlgorithm());
    }

    @Test
    void isAnAuthorityForTenYearsThatCertifiesSitesAlone() throws Exception {
        X509Certificate certificate = Authority.make(directory).certificate();

        assertEquals(0, certificate.getBasicConstraints());
        assertEquals(Duration.ofDays(3650), lifeOf(certificate));
        assertEquals(Optional.empty(), SiteName.of(certificate));
    }

    @Test
    void isNeverOverwritten() throws Exception {
        X509Certificate before = Authority.make(directory).certificate();

        IOException refused = assertThrows(IOException.class, () -> Authority.make(directory));

        assertTrue(refused.getMessage().contains("there is an authority already"), refused.getMessage());
        assertEquals(before, Authority.open(directory).certificate());
        assertEquals(before, KeyStoreFile.in(directory, "authority").load().getCertificate("authority"));
    }

    @Test
    void leavesNothingBehindThatOthersCanRead() throws Exception {
        Path fresh = directory.resolve("deep/authority");
        Authority.make(fresh).issue(fresh.resolve("mec-1"), MEC, List.of(), Authority.YEAR);

        try (var files = Files.walk(fresh)) {
            for (Path file : files.toList()) {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", rights, file.toString());
            }
        }
        try (var files = Files.walk(fresh)) {
            assertEquals(
                    List.of(
                            "authority.p12",
                            "authority.password",
                            "authority.pem",
                            "authority.pem",
                            "site.p12",
                            "site.password"),
                    files.filter(Files::isRegularFile)
                            .filter(file -> !file.getParent().endsWith("issued"))
                            .map(file -> file.getFileName().toString())
                            .sorted()
                            .collect(Collectors.toList()));
        }
    }

    @Test
    void saysWhatToDoWhereThereIsNoAuthority() {
        IOException refused = assertThrows(IOException.class, () -> Authority.open(directory));
        assertTrue(refused.getMessage().contains("nearzero ca authority " + directory), refused.getMessage());
    }

    @Test
    void saysWhatIsMissingWhereThereIsNoKeytool() {
        Keytool missing = new Keytool(directory.resolve("bin/keytool"));
        IOException refused = assertThrows(IOException.class, () -> Authority.make(directory, missing));
        assertTrue(refused.getMessage().contains("bin/keytool: not there"), refused.getMessage());
    }

    @Test
    void aHostCannotSmuggleAnotherNameIntoACertificate() throws Exception {
        Authority authority = Authority.make(directory);
        List<Endpoint> doors = List.of(new Endpoint("x,uri:urn:nearzero:pop:other", 7443));

        assertThrows(
                InvalidInputException.class,
                () -> authority.issue(directory.resolve("mec-1"), MEC, doors, Authority.YEAR));
    }

    @Test
    void aRequestCannotAskForMoreThanItsName() throws Exception {
        Authority authority = Authority.make(directory);
        KeyStoreFile keys = KeyStoreFile.in(directory.resolve("greedy"), "site");
        OwnerFiles.makeDirectory(directory.resolve("greedy"));
        keys.makePassword();
        Keytool keytool = new Keytool();
        keytool.run(keys, "-genkeypair", "-alias", "site", "-keyalg", "EC", "-dname", "CN=other");
        Path request = directory.resolve("greedy/request.pem");
        String[] greedy = {
            "-alias",
            "site",
            "-ext",
            "san=uri:urn:nearzero:pop:other",
            "-ext",
            "bc=ca:true",
            "-file",
            request.toString()
        };
        keytool.run(keys, "-certreq", greedy);

        X509Certificate certificate = authority.sign(Files.readString(request), MEC, List.of(), Authority.YEAR);

        assertEquals(Optional.of(MEC), SiteName.of(certificate));
        assertEquals("CN=mec-1", certificate.getSubjectX500Principal().getName());
        assertEquals(-1, certificate.getBasicConstraints());
    }

    @Test
    void aNewCertificateKeepsThePassword() throws Exception {
        Authority authority = Authority.make(directory);
        Path site = directory.resolve("mec-1");
        authority.issue(site, MEC, List.of(), Authority.YEAR);
        byte[] password = Files.readAllBytes(site.resolve("site.password"));

        X509Certificate second = authority.issue(site, MEC, List.of(), Duration.ofDays(30));

        assertArrayEquals(password, Files.readAllBytes(site.resolve("site.password")));
        assertEquals(second, SiteFiles.certificate(new SiteFiles(site).load()));
        assertEquals(Duration.ofDays(30), lifeOf(second));
    }

    private static Duration lifeOf(X509Certificate certificate) {
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }
}
