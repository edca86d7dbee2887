package org.nearzero.driver.tck;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.model.Artefact;

/** TRANSFER-1 to TRANSFER-6. */
abstract class TransferRules extends LedgerRules {
    private static final String NOT_ITS_CHECKSUM = "sha256:" + "0123456789abcdef".repeat(4);

    @TempDir
    Path parts;

    @Test
    @DisplayName("TRANSFER-1 an export writes each part into a file of its name, and nothing else")
    void exportWritesEachPart() throws Exception {
        Rule rule = rule("TRANSFER-1");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        Artefact artefact = underTest.transferable().artefact();
        ImageManifest manifest = exported(rule, artefact, parts);
        Map<String, String> expected = new TreeMap<>();
        manifest.parts().forEach(part -> expected.put(part.fileName(), part.bytes() + " bytes, " + part.digest()));
        Map<String, String> written = new TreeMap<>();
        for (Path file : files()) {
            written.put(file.getFileName().toString(), Files.size(file) + " bytes, " + digest(file));
        }
        rule.holds(
                written.equals(expected),
                "the files " + expected,
                written.toString(),
                "write each part once, name it by its digest, and delete what is no part");
    }

    @Test
    @DisplayName("TRANSFER-2 two exports of the same image give the same parts")
    void exportsAreTheSame() throws Exception {
        Rule rule = rule("TRANSFER-2");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        Artefact artefact = underTest.transferable().artefact();
        ImageManifest first = exported(rule, artefact, directory("first"));
        ImageManifest second = exported(rule, artefact, directory("second"));
        rule.holds(
                first.equals(second),
                "the same manifest each time: " + first,
                second.toString(),
                "write nothing into a part that depends on when or where it is exported");
    }

    @Test
    @DisplayName("TRANSFER-3 an export of an artefact that is not there, or is another one, fails with its code")
    void exportFetchesNothing() throws Exception {
        Rule rule = rule("TRANSFER-3");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        SupportsImageTransfer transferring = as(rule, driver, SupportsImageTransfer.class);
        Artefact missing = underTest.missingArtefact();
        DriverException failure = rule.fails(
                transferring.exportImage(missing, directory("missing")),
                Code.IMAGE_NOT_FOUND,
                "export of " + missing.imagePath(),
                "ask the engine for it, fetch nothing, and map its answer to this code");
        rule.holds(
                failure.getMessage().contains(missing.imagePath()),
                "the message names " + missing.imagePath(),
                failure.getMessage(),
                "say which artefact is missing, where, and what to do about it");
        Artefact wrong = new Artefact(underTest.transferable().artefact().imagePath(), NOT_ITS_CHECKSUM);
        rule.fails(
                transferring.exportImage(wrong, directory("wrong")),
                Code.IMAGE_INVALID,
                "export of " + wrong,
                "compare the content's checksum with the one that was ordered");
    }

    @Test
    @DisplayName("TRANSFER-4 an artefact starts from the parts that were missing")
    void importedArtefactStarts() throws Exception {
        Rule rule = rule("TRANSFER-4");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        Workload workload = underTest.transferable();
        ImageManifest manifest = takenAway(rule, workload);
        Set<String> missing = missing(rule, manifest);
        for (Part part : manifest.parts()) {
            if (!missing.contains(part.digest())) {
                Files.deleteIfExists(parts.resolve(part.fileName()));
            }
        }
        imported(rule, workload.artefact(), manifest, "make it startable from the parts that missingParts() named");
        serving(rule, order(workload));
        rule.holds(
                missing(rule, manifest).isEmpty(),
                "nothing is missing of an image that is there",
                missing(rule, manifest).toString(),
                "look for the whole image before looking for its parts");
    }

    @Test
    @DisplayName("TRANSFER-5 an import of an artefact that is there changes nothing and needs no parts")
    void importOfWhatIsThereDoesNothing() throws Exception {
        Rule rule = rule("TRANSFER-5");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        Workload workload = underTest.transferable();
        ImageManifest manifest = exported(rule, workload.artefact(), parts);
        InstanceSpec runs = order(workload);
        var endpoint = endpoint(rule, serving(rule, runs));
        for (Path file : files()) {
            Files.delete(file);
        }
        for (int time = 1; time <= 2; time++) {
            imported(rule, workload.artefact(), manifest, "look whether it is there first; that is success");
        }
        awaitServing(rule, endpoint);
        serving(rule, order(workload));
    }

    @Test
    @DisplayName(
            "TRANSFER-6 an import with a wrong part, without a part or of another checksum fails, and nothing starts")
    void importOfWrongContentFails() throws Exception {
        Rule rule = rule("TRANSFER-6");
        if (absent(rule, SupportsImageTransfer.class)) {
            return;
        }
        Workload workload = underTest.transferable();
        Artefact artefact = workload.artefact();
        ImageManifest manifest = takenAway(rule, workload);
        Artefact wrong = new Artefact(artefact.imagePath(), NOT_ITS_CHECKSUM);
        refused(rule, wrong, manifest, "an import of " + wrong);
        startsNot(rule, workload, "after an import of " + wrong);
        Set<String> missing = missing(rule, manifest);
        for (Part part : manifest.parts()) {
            Path file = parts.resolve(part.fileName());
            if (!missing.contains(part.digest()) || !Files.exists(file)) {
                continue;
            }
            byte[] right = Files.readAllBytes(file);
            byte[] changed = right.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(file, changed);
            refused(rule, artefact, manifest, "an import with a bit changed in " + part);
            startsNot(rule, workload, "after an import with a bit changed in " + part);
            Files.delete(file);
            refused(rule, artefact, manifest, "an import without " + part);
            startsNot(rule, workload, "after an import without " + part);
            Files.write(file, right);
        }
        imported(rule, artefact, manifest, "a failed import must not stand in the way of the next");
    }

    private void refused(Rule rule, Artefact artefact, ImageManifest manifest, String what) {
        rule.fails(
                as(rule, driver, SupportsImageTransfer.class).importImage(artefact, manifest, parts),
                Code.IMAGE_INVALID,
                what,
                "compare each part with its digest, and the whole with the checksum, before the engine is given any of it");
    }

    private void startsNot(Rule rule, Workload workload, String when) {
        rule.fails(
                driver.start(order(workload)),
                Code.IMAGE_NOT_FOUND,
                "a start of " + workload.artefact().imagePath() + " " + when,
                "give the name to an image only when all of it is right, and do not remember it for longer than the engine has it");
    }

    private ImageManifest exported(Rule rule, Artefact artefact, Path directory) {
        return rule.completes(
                as(rule, driver, SupportsImageTransfer.class).exportImage(artefact, directory),
                "export of " + artefact.imagePath(),
                "write every part of the image into the directory");
    }

    /** An artefact that was exported and is no longer on the engine. */
    private ImageManifest takenAway(Rule rule, Workload workload) throws Exception {
        ImageManifest manifest = exported(rule, workload.artefact(), parts);
        underTest.remove(workload.artefact());
        startsNot(rule, workload, "once it was removed");
        return manifest;
    }

    private Set<String> missing(Rule rule, ImageManifest manifest) {
        Set<String> missing = rule.completes(
                as(rule, driver, SupportsImageTransfer.class).missingParts(manifest),
                "missing parts",
                "ask the engine which parts it has");
        rule.holds(
                manifest.parts().stream()
                        .map(Part::digest)
                        .collect(Collectors.toSet())
                        .containsAll(missing),
                "missing parts are parts of " + manifest,
                missing.toString(),
                "name them by their digests");
        return missing;
    }

    private void imported(Rule rule, Artefact artefact, ImageManifest manifest, String advice) {
        rule.completes(
                as(rule, driver, SupportsImageTransfer.class).importImage(artefact, manifest, parts),
                "import of " + artefact.imagePath(),
                advice);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(parts.resolve(name));
    }

    private Iterable<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(parts)) {
            return files.toList();
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[64 * 1024];
            for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
                digest.update(piece, 0, read);
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
