package org.nearzero.api.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A workload as its developer handed it over: what to run, where it listens, what it may use, and its policy (CAMARA
 * {@code AppManifest} plus {@code serverlessPolicy}).
 *
 * @param appId its name at this operator platform
 * @param appProvider who handed it over, 1 to 128 characters
 * @param version the developer's own version, 1 to 64 characters
 * @param artefact what an instance is made from
 * @param command replaces what the artefact starts by itself; for the process driver the arguments; empty: as the artefact says
 * @param env environment variables for each instance
 * @param port TCP port at which an instance listens, 1 to 65535; the process driver passes a port of its own choice in the
 *     environment variable {@code PORT} instead
 * @param resources what one instance may use at most
 * @param policy the developer's policy
 */
public record Application(
        AppId appId,
        String appProvider,
        String version,
        Artefact artefact,
        List<String> command,
        Map<String, String> env,
        int port,
        Resources resources,
        ServerlessPolicy policy) {
    private static final Pattern NAME = Pattern.compile("\\S(.{0,126}\\S)?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** @throws InvalidInputException with every problem found */
    public Application {
        Problems problems = Problems.check()
                .expect(appId != null, "appId", appId, "a name")
                .matches("appProvider", appProvider, NAME, "1 to 128 characters")
                .expect(
                        version != null && !version.isBlank() && version.length() <= 64,
                        "version",
                        version,
                        "1 to 64 characters")
                .expect(artefact != null, "artefact", artefact, "an artefact")
                .expect(command != null, "command", command, "a list, may be empty")
                .expect(env != null, "env", env, "a map, may be empty")
                .range("port", port, 1, 65_535)
                .expect(resources != null, "resources", resources, "resources")
                .expect(policy != null, "policy", policy, "a serverless policy");
        if (env != null) {
            env.keySet()
                    .forEach(name ->
                            problems.matches("env", name, VARIABLE, "names of letters, digits and _, no digit first"));
        }
        problems.throwIfAny();
        command = List.copyOf(command);
        env = java.util.Collections.unmodifiableMap(new TreeMap<>(env));
    }
}
