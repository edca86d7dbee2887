package org.nearzero.ingress.internal;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.ingress.ConnectionRequest;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks those who can tell devices apart, the highest ranking first. After them {@code X-Device-Id} from a trusted peer counts,
 * and in the end the source address. One who throws is passed over, and that is logged once.
 */
final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final int LONGEST = 256;

    private volatile Entry[] entries = {};

    private static final class Entry {
        private final DeviceIdentifier identifier;
        private final int ranking;
        private volatile boolean failed;

        private Entry(DeviceIdentifier identifier, int ranking) {
            this.identifier = identifier;
            this.ranking = ranking;
        }
    }

    private record Asked(Peer from, HeaderMap fields) implements ConnectionRequest {
        @Override
        public InetSocketAddress peer() {
            return from.address;
        }

        @Override
        public boolean fromTrustedPeer() {
            return from.trusted;
        }

        @Override
        public List<String> header(String name) {
            HeaderValues values = fields.get(name);
            return values == null ? List.of() : List.copyOf(values);
        }
    }

    synchronized void add(DeviceIdentifier identifier, int ranking) {
        List<Entry> next = new ArrayList<>(List.of(entries));
        next.add(new Entry(identifier, ranking));
        next.sort(Comparator.comparingInt(entry -> -entry.ranking));
        entries = next.toArray(Entry[]::new);
    }

    synchronized void remove(DeviceIdentifier identifier) {
        List<Entry> next = new ArrayList<>(List.of(entries));
        next.removeIf(entry -> entry.identifier == identifier);
        entries = next.toArray(Entry[]::new);
    }

    String identify(Peer peer, HeaderMap fields) {
        Entry[] asked = entries;
        if (asked.length > 0) {
            Asked request = new Asked(peer, fields);
            for (Entry entry : asked) {
                String device = ask(entry, request);
                if (device != null) {
                    return device;
                }
            }
        }
        if (peer.trusted) {
            String named = fields.getFirst(Fields.DEVICE_ID);
            if (isUsable(named)) {
                return named;
            }
        }
        return peer.text;
    }

    private static String ask(Entry entry, Asked request) {
        try {
            Optional<String> answer = entry.identifier.identify(request);
            return answer.isPresent() && isUsable(answer.get()) ? answer.get() : null;
        } catch (RuntimeException | Error e) { // of all kinds: it is a plugin, and the request is not its own
            if (!entry.failed) {
                entry.failed = true;
                LOG.warn(
                        "device identifier passed over from now on whenever it throws identifier={}",
                        entry.identifier,
                        e);
            }
            return null;
        }
    }

    private static boolean isUsable(String device) {
        return device != null && !device.isBlank() && device.length() <= LONGEST;
    }
}
