package org.nearzero.orchestrator.internal;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;

/** Names for new instances: {@code <appId>.<12 random of 0-9 and a-z>}, 62 bits, so that none comes twice in all time. */
final class InstanceIds {
    private static final int LENGTH = 12;
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

    // Names need to be unique, not secret: seeded well once, then quick.
    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    AppInstanceId next(AppId appId) {
        StringBuilder name = new StringBuilder(appId.value()).append('.');
        for (int i = 0; i < LENGTH; i++) {
            name.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return new AppInstanceId(name.toString());
    }
}
