package org.nearzero.sites.internal;

import java.util.List;
import org.nearzero.api.model.PopId;
import org.nearzero.sites.core.Acks;
import org.nearzero.sites.core.Part;
import org.nearzero.sites.core.SyncMessage;

/** Messages for tests. */
final class Messages {
    private Messages() {}

    /** One that says nothing. */
    static SyncMessage empty(PopId from) {
        return new SyncMessage(from, 1, 1, Acks.NONE, none(), none(), none(), none());
    }

    private static <T> Part<T> none() {
        return new Part<>(0, 0, List.of());
    }
}
