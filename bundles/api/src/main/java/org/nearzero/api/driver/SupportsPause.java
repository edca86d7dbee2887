package org.nearzero.api.driver;

import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.AppInstanceId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver that can freeze an instance and thaw it again, memory and open sockets kept. Threading as for
 * {@link ContainerDriver}.
 */
@ConsumerType
public interface SupportsPause {
    /** Freezes a running instance [PAUSE-1]: listed {@code PAUSED}, serves nobody. Pausing it twice changes nothing. */
    CompletionStage<Void> pause(AppInstanceId instance);

    /** Thaws a paused instance [PAUSE-2]: serves again at the same endpoint. Thawing a running one changes nothing. */
    CompletionStage<Void> unpause(AppInstanceId instance);
}
