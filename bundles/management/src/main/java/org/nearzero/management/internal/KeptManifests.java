package org.nearzero.management.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.Store.Change;
import org.nearzero.api.store.StoreException;
import org.nearzero.management.core.Manifest;

/**
 * The manifests that were taken, as their developers wrote them, in the store's table {@value #TABLE} under the names of their
 * applications. Calls for one application are not made at the same time; those for several may be.
 */
final class KeptManifests {
    /** What counts. */
    static final String TABLE = "manifests";

    /** What is safe but does not count yet; of no use after a crash. */
    static final String DRAFTS = "manifest-drafts";

    private final Store store;

    KeptManifests(Store store) {
        this.store = store;
    }

    /** What is kept. @param broken what could not be read, each with the reason */
    record Kept(List<Application> applications, List<Broken> broken) {}

    /**
     * A kept manifest that could not be read, and why.
     *
     * @param key what it is kept under
     * @param applications whose manifest it may be: what its key says, and what it says itself
     */
    record Broken(String key, String reason, Set<AppId> applications) {}

    /** A manifest that is safe but does not count. */
    interface Draft {
        /** Makes it count, in place of what was kept before. @throws StoreException if it cannot; all is as it was then */
        void keep();

        /** Forgets it. */
        void discard();
    }

    /** Reads what is kept, and clears away what was not finished. @throws StoreException if it cannot be read */
    Kept load() {
        store.write(store.read(DRAFTS).keySet().stream()
                .map(key -> Change.remove(DRAFTS, key))
                .toList());
        List<Application> applications = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        store.read(TABLE).forEach((key, text) -> load(key, text, applications, broken));
        return new Kept(applications, broken);
    }

    private static void load(String key, byte[] text, List<Application> applications, List<Broken> broken) {
        Set<AppId> names = new LinkedHashSet<>();
        try {
            names.add(new AppId(key));
        } catch (InvalidInputException e) {
            // Then it is nobody's by its key.
        }
        try {
            Application application = Manifest.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString());
            if (names.add(application.appId())) {
                String reason = "is the manifest of " + application.appId() + " (expected: that of " + key + ")";
                broken.add(new Broken(key, reason, names));
            } else {
                applications.add(application);
            }
        } catch (InvalidInputException e) {
            broken.add(new Broken(key, e.getMessage(), names));
        } catch (CharacterCodingException e) {
            broken.add(new Broken(key, "is not UTF-8 (expected: a manifest)", names));
        }
    }

    /** Keeps a manifest so that it does not count yet: a disk that takes no more says so now. @throws StoreException if so */
    Draft draft(AppId appId, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.write(List.of(Change.put(DRAFTS, appId.value(), bytes)));
        return new Pending(appId, Optional.of(bytes));
    }

    /**
     * Has an application's manifest, if it is kept, count no more: not after a crash either.
     *
     * @return to make it count again, or to forget it
     * @throws StoreException if it cannot be done; it then counts as before
     */
    Draft withdraw(AppId appId) {
        Optional<byte[]> kept = Optional.ofNullable(store.read(TABLE).get(appId.value()));
        if (kept.isPresent()) {
            store.write(List.of(Change.remove(TABLE, appId.value()), new Change(DRAFTS, appId.value(), kept)));
        }
        return new Pending(appId, kept);
    }

    private final class Pending implements Draft {
        private final AppId appId;
        private final Optional<byte[]> text;

        Pending(AppId appId, Optional<byte[]> text) {
            this.appId = appId;
            this.text = text;
        }

        @Override
        public void keep() {
            if (text.isPresent()) {
                store.write(List.of(new Change(TABLE, appId.value(), text), Change.remove(DRAFTS, appId.value())));
            }
        }

        @Override
        public void discard() {
            if (text.isEmpty()) {
                return;
            }
            try {
                store.write(List.of(Change.remove(DRAFTS, appId.value())));
            } catch (StoreException e) {
                // It counts for nothing, and is replaced by the next draft or cleared away at the next start.
            }
        }
    }
}
