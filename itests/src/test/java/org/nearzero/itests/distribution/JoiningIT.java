package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.itests.distribution.Installation.Outcome;

/** Sites that do not prove who they say they are: what their operator is told. */
@Timeout(300)
class JoiningIT {
    @TempDir
    Path directory;

    private Operator operator;

    @BeforeEach
    void start() throws Exception {
        operator = new Operator(Files.createDirectory(directory.resolve("ours")));
        operator.site("join-a", "zone-centre");
        operator.certified("join-a");
        operator.at("join-a").started();
        operator.site("join-b", "zone-west");
    }

    @AfterEach
    void stop() throws Exception {
        operator.close();
    }

    @Test
    void aTokenLetsOneSiteInOnceAndNoOther() throws Exception {
        String token = operator.token("join-b");
        operator.site("join-c", "zone-east");
        Outcome other = operator.join("join-c", token);
        assertEquals(1, other.exit(), other.output());
        assertTrue(other.output().contains("issued for another site than join-c"), other.output());
        assertEquals(0, operator.join("join-b", token).exit());
        Outcome again = operator.join("join-b", token);
        assertEquals(1, again.exit(), again.output());
        assertTrue(again.output().contains("used"), again.output());
        assertFalse(Files.exists(operator.at("join-c").file("tls/site.p12")), "a certificate for a refused site");
    }

    @Test
    void aSiteOfAnotherOperatorsIsNotMet() throws Exception {
        Operator others = new Operator(Files.createDirectory(directory.resolve("others")));
        others.site("join-b", "zone-west");
        others.certified("join-b");
        Files.move(others.at("join-b").file("tls"), operator.at("join-b").file("tls"));
        operator.at("join-b").started();
        operator.awaitLogged("join-b", "event=peer-not-met");
        operator.awaitLogged("join-b", "certificate of site join-a is not believed: ");
        assertFalse(operator.at("join-a").run("get", "pops").output().contains("join-b"));
    }

    @Test
    void aSiteWhoseCertificateNamesAnotherDoesNotStart() throws Exception {
        operator.site("join-c", "zone-east");
        operator.certified("join-c");
        Files.move(operator.at("join-c").file("tls"), operator.at("join-b").file("tls"));
        Outcome start = operator.at("join-b").run("start");
        assertEquals(1, start.exit(), start.output());
        assertTrue(start.output().contains("join-c") && start.output().contains("join-b"), start.output());
    }

    @Test
    void aSiteWithoutACertificateDoesNotStartAndIsToldHowToGetOne() throws Exception {
        Outcome start = operator.at("join-b").run("start");
        assertEquals(1, start.exit(), start.output());
        assertTrue(start.output().contains("nearzero ca"), start.output());
    }
}
