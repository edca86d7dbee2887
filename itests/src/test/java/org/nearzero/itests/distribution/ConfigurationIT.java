package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The shipped configuration says what the bundles' own metatype says. */
class ConfigurationIT {
    private static final String SITES = "org.nearzero.sites";

    @Test
    void holdsEveryKeyOfEveryBundleWithItsDefault() throws Exception {
        Map<String, Map<String, String>> expected = defaults();
        expected.remove(SITES);
        String all = String.join(",", expected.keySet());
        // The one that has to differ: without a list nothing is expected.
        assertEquals("", expected.get("org.nearzero.startup").put("expected", all));
        assertEquals(expected, shipped(text()));
    }

    @Test
    void holdsEveryKeyOfASiteAmongOthersOnceTheSlashesAreTakenAway() throws Exception {
        Map<String, String> expected = defaults().get(SITES);
        Map<String, String> shipped = shipped(Installation.withSites(text())).get(SITES);
        assertEquals(expected.keySet(), shipped.keySet());
        expected.values().removeIf(String::isEmpty); // for those there is an example
        shipped.keySet().retainAll(expected.keySet());
        assertEquals(expected, shipped);
    }

    private static String text() throws IOException {
        return Files.readString(Installation.unpacked().resolve("conf/nearzero.json"));
    }

    private static Map<String, Map<String, String>> shipped(String text) throws IOException {
        JsonMapper json =
                JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();
        Map<String, Map<String, String>> shipped = new TreeMap<>();
        json.readTree(text).properties().forEach(component -> {
            if (!component.getKey().startsWith(":")) {
                shipped.put(component.getKey(), new TreeMap<>());
                component.getValue().properties().forEach(key -> shipped.get(component.getKey())
                        .put(key.getKey(), text(key.getValue())));
            }
        });
        return shipped;
    }

    /** A value as metatype writes it; the order of a list does not matter. */
    private static String text(JsonNode value) {
        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .sorted()
                        .collect(Collectors.joining(","))
                : value.asText();
    }

    /** The defaults in the bundles, by component and key. */
    private static Map<String, Map<String, String>> defaults() throws Exception {
        Map<String, Map<String, String>> defaults = new TreeMap<>();
        for (Path file : jars()) {
            try (JarFile jar = new JarFile(file.toFile())) {
                for (JarEntry entry : jar.stream()
                        .filter(e -> e.getName().startsWith("OSGI-INF/metatype/org.nearzero.")
                                && e.getName().endsWith(".xml"))
                        .toList()) {
                    try (InputStream xml = jar.getInputStream(entry)) {
                        Document metatype = DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(xml);
                        Element designate = (Element)
                                metatype.getElementsByTagName("Designate").item(0);
                        defaults.put(designate.getAttribute("pid"), defaults(metatype));
                    }
                }
            }
        }
        return defaults;
    }

    private static Map<String, String> defaults(Document metatype) {
        Map<String, String> defaults = new TreeMap<>();
        NodeList attributes = metatype.getElementsByTagName("AD");
        for (int i = 0; i < attributes.getLength(); i++) {
            Element attribute = (Element) attributes.item(i);
            defaults.put(attribute.getAttribute("id"), attribute.getAttribute("default"));
        }
        return defaults;
    }

    private static List<Path> jars() throws Exception {
        try (Stream<Path> files = Files.walk(Installation.unpacked().resolve("bundles"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
