package org.nearzero.itests.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;

/** Makes a bundle of one class, as a third party would ship it. */
final class ThirdPartyBundle {
    private ThirdPartyBundle() {}

    /**
     * The jar of a bundle whose activator is its only class.
     *
     * @param imports what it needs besides the framework: the last word of a package of the API, or another package in full
     */
    static InputStream of(Class<? extends BundleActivator> activator, String... imports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", activator.getName().toLowerCase(Locale.ROOT));
        headers.putValue("Bundle-Activator", activator.getName());
        StringBuilder packages = new StringBuilder("org.osgi.framework");
        for (String name : imports) {
            packages.append(name.contains(".") ? "," + name : ",org.nearzero.api." + name + ";version=\"[0.1,1)\"");
        }
        headers.putValue("Import-Package", packages.toString());
        String entry = activator.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream code = activator.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            code.transferTo(jar);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
