package org.nearzero.store.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.nearzero.api.model.Problems;
import org.nearzero.api.store.Store;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The store as a service; its configuration has the PID {@value #PID}. */
// Immediate: a file that cannot be opened is told at the start, and by whom.
@Component(service = Store.class, configurationPid = StoreComponent.PID, immediate = true)
@Designate(ocd = StoreComponent.Config.class)
public final class StoreComponent extends MvStore {
    /** PID of the configuration, which is optional. */
    public static final String PID = "org.nearzero.store";

    /** What an operator can set. */
    @ObjectClassDefinition(name = "Nearzero store", description = "Where what must survive a crash is kept.")
    public @interface Config {
        @AttributeDefinition(
                description = "The file; made, for its owner alone, if it does not exist. For one process at a time."
                        + " Relative to the working directory.")
        String file() default "data/store/nearzero.mv";
    }

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws org.nearzero.api.model.InvalidInputException with every problem of the configuration
     * @throws org.nearzero.api.store.StoreException if the file cannot be opened
     */
    @Activate
    public StoreComponent(Config config, Map<String, Object> properties) {
        super(file(config, properties));
    }

    /** Takes the service back. */
    @Deactivate
    void deactivate() {
        close();
    }

    static Path file(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        Path file = Path.of("nearzero.mv");
        try {
            problems.expect(!config.file().isBlank(), "file", config.file(), "a file");
            file = Path.of(config.file().strip());
        } catch (InvalidPathException e) {
            problems.add("file", config.file(), "a path: " + e.getReason());
        }
        problems.keys(properties, Config.class);
        Problems.check().addAll(PID, problems.toList()).throwIfAny();
        return file;
    }
}
