package org.nearzero.sites.internal;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.store.Store;
import org.nearzero.sites.core.Change;
import org.nearzero.sites.core.FollowerRecord;
import org.nearzero.sites.core.HomebaseRecord;
import org.nearzero.sites.core.Kept;
import org.nearzero.sites.core.Member;
import org.nearzero.sites.core.ShareRecord;
import org.nearzero.sites.core.SyncMessage;

/**
 * What sites say and what they keep, as JSON in an envelope that carries the version of its form. The version rises when an older
 * reader would misunderstand it; a field more is no such change.
 */
final class Codec {
    static final int VERSION = 1;

    private Codec() {}

    private record MessageEnvelope(int version, SyncMessage message) {}

    private record SiteEnvelope(int version, Member record) {}

    private record HomebaseEnvelope(int version, HomebaseRecord record) {}

    private record ShareEnvelope(int version, ShareRecord record) {}

    private record FollowerEnvelope(int version, FollowerRecord record) {}

    private record DeploymentEnvelope(int version, Deployment deployment) {}

    static byte[] message(SyncMessage message) {
        return Json.write(new MessageEnvelope(VERSION, message));
    }

    /** @throws Json.MalformedException if it is none that this version understands */
    static SyncMessage message(byte[] json) {
        MessageEnvelope envelope = Json.read(json, MessageEnvelope.class);
        return checked(envelope.version(), envelope.message(), "message");
    }

    static byte[] deployment(Deployment deployment) {
        return Json.write(new DeploymentEnvelope(VERSION, deployment));
    }

    /** @throws Json.MalformedException if it is none that this version understands */
    static Deployment deployment(byte[] json) {
        DeploymentEnvelope envelope = Json.read(json, DeploymentEnvelope.class);
        return checked(envelope.version(), envelope.deployment(), "deployment");
    }

    /** A change of what is kept, as the store takes it. */
    static Store.Change change(Change change) {
        String table = change.table().tableName();
        return new Store.Change(table, change.key(), change.value().map(Codec::record));
    }

    static byte[] record(Kept record) {
        if (record instanceof Member member) {
            return Json.write(new SiteEnvelope(VERSION, member));
        } else if (record instanceof HomebaseRecord homebase) {
            return Json.write(new HomebaseEnvelope(VERSION, homebase));
        } else if (record instanceof ShareRecord share) {
            return Json.write(new ShareEnvelope(VERSION, share));
        }
        return Json.write(new FollowerEnvelope(VERSION, (FollowerRecord) record));
    }

    /** @throws Json.MalformedException if it is none that this version understands */
    static Kept record(Kept.Table table, byte[] json) {
        return switch (table) {
            case SITES -> {
                SiteEnvelope envelope = Json.read(json, SiteEnvelope.class);
                yield checked(envelope.version(), envelope.record(), "record");
            }
            case HOMEBASES -> {
                HomebaseEnvelope envelope = Json.read(json, HomebaseEnvelope.class);
                yield checked(envelope.version(), envelope.record(), "record");
            }
            case SHARES -> {
                ShareEnvelope envelope = Json.read(json, ShareEnvelope.class);
                yield checked(envelope.version(), envelope.record(), "record");
            }
            case FOLLOWERS -> {
                FollowerEnvelope envelope = Json.read(json, FollowerEnvelope.class);
                yield checked(envelope.version(), envelope.record(), "record");
            }
        };
    }

    private static <T> T checked(int version, T content, String name) {
        if (version != VERSION) {
            throw new Json.MalformedException(
                    "version: " + version + " (expected: " + VERSION + "; both sites need versions of Nearzero that"
                            + " understand each other)",
                    null);
        }
        return Optional.ofNullable(content).orElseThrow(() -> new Json.MalformedException(name + ": missing", null));
    }

    /** All that a store keeps of a site. */
    static List<Kept> all(Store store) {
        return List.of(Kept.Table.values()).stream()
                .flatMap(table -> store.read(table.tableName()).entrySet().stream()
                        .map(entry -> kept(table, entry.getKey(), entry.getValue())))
                .toList();
    }

    private static Kept kept(Kept.Table table, String key, byte[] value) {
        try {
            return record(table, value);
        } catch (Json.MalformedException e) {
            throw new Json.MalformedException(
                    "store table " + table.tableName() + " key " + key + ": " + e.getMessage(), e);
        }
    }
}
