package org.nearzero.drivers.process.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.Artefact;

/** From an artefact to a process. */
final class Launch {
    static final String SCHEME = "file:///";
    static final String INSTANCE_ID = "NEARZERO_INSTANCE_ID";
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");

    private Launch() {}

    /** The executable that an artefact names. @throws DriverException if it is not there or not what was ordered */
    static Path executable(Artefact artefact) {
        String image = artefact.imagePath();
        Path file;
        try {
            file = Path.of(URI.create(image));
        } catch (IllegalArgumentException e) {
            throw new DriverException(
                    Code.IMAGE_NOT_FOUND,
                    image + ": not a file URL (" + e.getMessage() + "): fix appRepo.imagePath",
                    e);
        }
        if (!file.equals(file.normalize())) {
            throw new DriverException(
                    Code.IMAGE_INVALID,
                    image + ": has . or .. in its path, which would get past an allow-list: write it as "
                            + file.normalize().toUri());
        }
        if (!Files.isRegularFile(file)) {
            throw new DriverException(
                    Code.IMAGE_NOT_FOUND,
                    image + ": no such file on this machine: put it there, or fix appRepo.imagePath");
        }
        if (!Files.isExecutable(file)) {
            throw new DriverException(
                    Code.IMAGE_INVALID, image + ": not executable: chmod +x it, or fix appRepo.imagePath");
        }
        if (!artefact.checksum().isEmpty()) {
            String found = "sha256:" + sha256(file);
            if (!found.equals(artefact.checksum())) {
                throw new DriverException(
                        Code.IMAGE_INVALID,
                        image + ": content is " + found + ", ordered was " + artefact.checksum()
                                + ": put the right file there, or fix appRepo.checksum");
            }
        }
        return file;
    }

    /** Starts the process, in a session of its own, writing to its log and not to us. */
    static Process start(InstanceSpec spec, Path executable, int port, Path log) {
        List<String> command = new ArrayList<>();
        // A session of its own: a signal to ours, from a terminal say, does not reach it, and all that it starts can be
        // found.
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> command.add(setsid.toString()));
        command.add(executable.toString());
        command.addAll(spec.application().command());
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(spec.application().env());
        environment.put("HOST", "127.0.0.1");
        environment.put("PORT", Integer.toString(port));
        environment.put("NEARZERO_APP_ID", spec.application().appId().value());
        environment.put(INSTANCE_ID, spec.appInstanceId().value());
        builder.directory(log.getParent().toFile());
        builder.redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new DriverException(
                    Code.IMAGE_INVALID,
                    spec.application().artefact().imagePath() + ": cannot be run: " + e.getMessage(),
                    e);
        }
    }

    private static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[65_536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new DriverException(Code.IMAGE_INVALID, file + ": cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
