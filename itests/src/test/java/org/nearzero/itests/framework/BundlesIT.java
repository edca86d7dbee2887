package org.nearzero.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** The shipped bundles as a framework sees them once they are wired. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BundlesIT extends FrameworkTestBase {
    private static final Pattern LIBRARIES = Pattern.compile(
            "(io\\.undertow|org\\.xnio|org\\.jboss|org\\.wildfly|com\\.fasterxml|org\\.nearzero\\.api).*");

    @Test
    public void everyBundleIsActive() {
        List<String> inactive = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .toList();
        assertEquals(List.of(), inactive);
    }

    @Test
    public void nothingButTheApiIsShared() {
        Set<String> sharing = ours().filter(bundle -> !packages(bundle).isEmpty())
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toSet());
        assertEquals(Set.of("org.nearzero.api", "org.nearzero.wrap.undertow"), sharing);
    }

    @Test
    public void everySharedPackageHasAVersion() {
        List<Object> unversioned = ours().flatMap(bundle -> packages(bundle).stream())
                .filter(attributes -> Version.emptyVersion.equals(attributes.get("version")))
                .map(attributes -> attributes.get(PackageNamespace.PACKAGE_NAMESPACE))
                .toList();
        assertEquals(List.of(), unversioned);
    }

    /** Two exporters of one package make two worlds that do not understand each other. */
    @Test
    public void noPackageOfTheLibrariesHasTwoExporters() {
        Map<String, Set<String>> exporters = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            packages(bundle).stream()
                    .map(attributes -> String.valueOf(attributes.get(PackageNamespace.PACKAGE_NAMESPACE)))
                    .filter(LIBRARIES.asMatchPredicate())
                    .forEach(name -> exporters
                            .computeIfAbsent(name, any -> new TreeSet<>())
                            .add(bundle.getSymbolicName()));
        }
        assertTrue(exporters.keySet().containsAll(Set.of("io.undertow", "org.xnio", "org.jboss.logging")));
        exporters.values().removeIf(bundles -> bundles.size() == 1);
        assertEquals(Map.of(), exporters);
    }

    /** The configurator, its store and the component runtime add keys of their own to it on its way. */
    @Test
    public void everyComponentStartsWithTheShippedConfiguration() throws Exception {
        await("it serves", () -> state().startsWith("components: serving"));
    }

    /** Not the policy's: a change of it that is wrong leaves the one before in force, see {@link PolicyIT}. */
    @Test
    public void aKeyThatNoComponentHasStopsTheComponentUntilItIsGone() throws Exception {
        ServiceComponentRuntime runtime = service(ServiceComponentRuntime.class);
        for (String room : List.of("orchestrator", "ingress", "management", "drivers.docker", "drivers.process")) {
            String pid = "org.nearzero." + room;
            await(room + " is there", () -> failures(runtime, pid).equals(List.of("")));
            Configuration configuration = service(ConfigurationAdmin.class).getConfiguration(pid, "?");
            Dictionary<String, Object> before = configuration.getProperties();
            Dictionary<String, Object> misspelt = configuration.getProperties();
            misspelt.put("noSuchKey", 1);
            try {
                configuration.update(misspelt);
                await(
                        room + " is refused",
                        () -> failures(runtime, pid).toString().contains("noSuchKey: \"1\""));
            } finally {
                configuration.update(before);
            }
            await(room + " is back", () -> failures(runtime, pid).equals(List.of("")));
        }
    }

    /** Why the components of a configuration failed, one text each; empty for one that has what it needs. */
    private static List<String> failures(ServiceComponentRuntime runtime, String pid) {
        return runtime.getComponentDescriptionDTOs().stream()
                .filter(description -> List.of(description.configurationPid).contains(pid))
                .flatMap(description -> runtime.getComponentConfigurationDTOs(description).stream())
                .map(BundlesIT::failure)
                .toList();
    }

    private static String failure(ComponentConfigurationDTO component) {
        return switch (component.state) {
            case ComponentConfigurationDTO.ACTIVE, ComponentConfigurationDTO.SATISFIED -> "";
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> component.failure;
            default -> "waits";
        };
    }

    private Stream<Bundle> ours() {
        return Stream.of(context.getBundles()).filter(b -> b.getSymbolicName().startsWith("org.nearzero."));
    }

    private static List<Map<String, Object>> packages(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(BundleCapability::getAttributes)
                .toList();
    }
}
