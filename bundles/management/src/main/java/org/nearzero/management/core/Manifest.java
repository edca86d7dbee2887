package org.nearzero.management.core;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ServerlessPolicy;

/**
 * The file in which a developer describes an application: one YAML or JSON document in the words of CAMARA's
 * {@code AppManifest}, plus {@code serverlessPolicy}. The README has the format; {@link ManifestView} is the way back.
 */
public final class Manifest {
    private static final AppId SOMEBODY = new AppId("placeholder");
    private static final Artefact SOMETHING = new Artefact("placeholder");
    private static final String IMAGE =
            "an image that the engine has, such as acme/shop:7, or file:///path of an executable";

    private final Findings findings = new Findings();

    private Manifest() {}

    /**
     * Reads a manifest.
     *
     * @param yamlOrJson at most 256 Ki characters
     * @throws InvalidInputException with every problem of the file, in its order, each with its {@link Place}; or with the one
     *     place from which on it is not well-formed
     */
    public static Application parse(String yamlOrJson) {
        Node document = Document.read(requireNonNull(yamlOrJson, "yamlOrJson"));
        Manifest manifest = new Manifest();
        return manifest.application(new Section("", document, 0, manifest.findings));
    }

    private Application application(Section root) {
        AppId appId = appId(root);
        String provider = root.required("appProvider", "placeholder", "who hands it over, 1 to 128 characters");
        String version = root.required("version", "placeholder", "the developer's own version, 1 to 64 characters");
        root.oneOf("packageType", List.of("CONTAINER"), "CONTAINER");
        Artefact artefact = artefact(root);
        Resources resources = resources(root.section("requiredResources"));
        Section component = component(root);
        Section networkInterface = networkInterface(component);
        int port = port(networkInterface);
        List<String> command = component.texts("command");
        Map<String, String> env = component.map("env");
        component.end();
        ServerlessPolicy policy = policy(root);
        root.end();
        Application application = findings.make(
                null,
                () -> new Application(appId, provider, version, artefact, command, env, port, resources, policy),
                field -> switch (field) {
                    case "port" -> new Findings.At(networkInterface, "port");
                    case "env" -> new Findings.At(component, "env");
                    default -> new Findings.At(root, field);
                });
        findings.throwIfAny();
        return application;
    }

    private AppId appId(Section root) {
        String name = root.required("name", "placeholder", "the application's name");
        boolean own = root.has("appId");
        String appId = root.text("appId", name);
        if (own && (name.isBlank() || name.length() > 128)) {
            root.problem("name", Shown.value(name), "1 to 128 characters");
        }
        return findings.make(SOMEBODY, () -> new AppId(appId), field -> new Findings.At(root, own ? "appId" : "name"));
    }

    private Artefact artefact(Section root) {
        Section repository = root.section("appRepo");
        repository.oneOf("type", List.of("PUBLICREPO", "PRIVATEREPO"), "PRIVATEREPO or PUBLICREPO");
        repository.oneOf(
                "authType",
                List.of("NONE", "DOCKER"),
                "NONE or DOCKER: the engine's own login is used, a manifest carries no credentials");
        String imagePath = repository.required("imagePath", "placeholder", IMAGE);
        String checksum = repository.text("checksum", "");
        repository.end();
        return findings.make(
                SOMETHING, () -> new Artefact(imagePath, checksum), field -> new Findings.At(repository, field));
    }

    private Resources resources(Section required) {
        Resources defaults = Resources.DEFAULT;
        required.oneOf("infraKind", List.of("container"), "container");
        int cpuMillis = required.cpuMillis("numCPU", defaults.cpuMillis());
        long memory = required.amount("memory", Quantity.MEMORY, defaults.memoryBytes());
        int pids = required.count("pids", defaults.pids());
        required.end();
        return findings.make(defaults, () -> new Resources(cpuMillis, memory, pids), field -> switch (field) {
            case "cpuMillis" -> new Findings.At(required, "numCPU");
            case "memoryBytes" -> new Findings.At(required, "memory");
            default -> new Findings.At(required, field);
        });
    }

    private Section component(Section root) {
        Section component = only(root, "componentSpec", "exactly one component: an instance is one container");
        component.text("componentName", "");
        return component;
    }

    private Section networkInterface(Section component) {
        return only(component, "networkInterfaces", "exactly one interface: where an instance listens");
    }

    private int port(Section networkInterface) {
        networkInterface.text("interfaceId", "");
        networkInterface.oneOf("protocol", List.of("TCP"), "TCP: the ingress carries HTTP and WebSocket");
        networkInterface.oneOf(
                "visibilityType", List.of("VISIBILITY_EXTERNAL"), "VISIBILITY_EXTERNAL: the ingress makes it visible");
        networkInterface.require("port", "the TCP port at which an instance listens, 1 to 65535");
        int port = networkInterface.count("port", 1);
        networkInterface.end();
        return port;
    }

    private ServerlessPolicy policy(Section root) {
        root.require("serverlessPolicy", "at least its routes");
        return new PolicyReader(findings).read(root.section("serverlessPolicy"), root.has("serverlessPolicy"));
    }

    /** The one item of a list of which the format allows many; the first, or an empty one, if there is not exactly one. */
    private Section only(Section parent, String name, String expected) {
        List<Section> all = parent.sections(name);
        if (all.size() == 1) {
            return all.get(0);
        }
        if (all.size() > 1 || !parent.has(name)) {
            parent.problem(name, all.isEmpty() ? "" : all.size() + " items", expected);
        }
        return all.isEmpty()
                ? new Section(parent.path(name), new Node.Text("", false, 0), 0, new Findings())
                : all.get(0);
    }
}
