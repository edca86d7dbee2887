package org.nearzero.drivers.process.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.model.Problems;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The process driver as a service; its configuration has the PID {@value #PID}. */
@Component(
        service = ContainerDriver.class,
        configurationPid = ProcessDriverComponent.PID,
        property = "nearzero.driver=process")
@Designate(ocd = ProcessDriverComponent.Config.class)
public final class ProcessDriverComponent extends ProcessDriver {
    /** PID of the configuration, which is optional. */
    public static final String PID = "org.nearzero.drivers.process";

    /** See {@link ProcessSettings} for ranges. */
    @ObjectClassDefinition(
            name = "Nearzero process driver",
            description = "Where the instances that run as plain processes are written down.")
    public @interface Config {
        @AttributeDefinition(
                description =
                        "Holds the records and logs of the instances; made, for its owner alone, if it does not exist."
                                + " Relative to the working directory.")
        String directory() default "data/processes";

        @AttributeDefinition(
                description = "Size beyond which an instance's log is cut to nothing. Bytes, 4096 to 1073741824.")
        long maxLogBytes() default ProcessSettings.DEFAULT_MAX_LOG_BYTES;
    }

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws org.nearzero.api.model.InvalidInputException with every problem of the configuration
     */
    @Activate
    public ProcessDriverComponent(Config config, Map<String, Object> properties) {
        super(settings(config, properties));
    }

    /** Takes the service back; instances run on. */
    @Deactivate
    void deactivate() {
        close();
    }

    static ProcessSettings settings(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        // A stand-in for a path that is wrong, so that what else is wrong is found as well.
        Path directory = Path.of("data");
        try {
            problems.expect(!config.directory().isBlank(), "directory", config.directory(), "a directory");
            directory = Path.of(config.directory());
        } catch (InvalidPathException e) {
            problems.add("directory", config.directory(), "a path: " + e.getReason());
        }
        Path checked = directory;
        ProcessSettings settings = problems.part(
                "", new ProcessSettings(checked), () -> new ProcessSettings(checked, config.maxLogBytes()));
        problems.keys(properties, Config.class, "nearzero.driver").throwIfAny();
        return settings;
    }
}
