package org.nearzero.drivers.process.internal;

import java.nio.file.Path;
import org.nearzero.api.model.Problems;

/**
 * What the process driver needs to know.
 *
 * @param directory where the records and logs of the instances are; made if it does not exist. Two drivers on the same directory
 *     are two views of the same instances
 * @param maxLogBytes what one instance's log may grow to before it is cut to nothing, 4 096 to 1 GiB
 */
public record ProcessSettings(Path directory, long maxLogBytes) {
    /** 10 MiB. */
    public static final long DEFAULT_MAX_LOG_BYTES = 10L << 20;

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public ProcessSettings {
        Problems.check()
                .expect(directory != null, "directory", directory, "a directory")
                .range("maxLogBytes", maxLogBytes, 4_096, 1L << 30)
                .throwIfAny();
    }

    /** The defaults, in a directory. */
    public ProcessSettings(Path directory) {
        this(directory, DEFAULT_MAX_LOG_BYTES);
    }
}
