package org.nearzero.itests.distribution;

import java.nio.file.Path;

/** Manifests of small applications. */
final class Manifests {
    /** The sample application, as the build of examples leaves it. */
    static final Path SAMPLE =
            Path.of("..", "examples", "target", "sample.jar").toAbsolutePath().normalize();

    private Manifests() {}

    /** The sample as processes of this machine. */
    static String process(String name) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return of(name, "file://" + java, "\"-XX:TieredStopAtLevel=1\", \"-jar\", \"" + SAMPLE + "\"");
    }

    /** Any image or program, patient with a busy machine, at the host {@code <name>.example}. */
    static String of(String name, String image, String command) {
        return """
                name: %1$s
                appProvider: acme
                version: "1"
                appRepo:
                  imagePath: %2$s
                componentSpec:
                  - networkInterfaces:
                      - port: 8080
                    command: [%3$s]
                serverlessPolicy:
                  routes:
                    - host: %1$s.example
                  scaling:
                    scaleInDelay: 10m
                    queue:
                      deadline: 90s
                """.formatted(name, image, command);
    }
}
