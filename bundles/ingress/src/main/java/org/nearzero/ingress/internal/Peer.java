package org.nearzero.ingress.internal;

import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.core.Syntax;

/**
 * Who is at the other end of a client's connection, worked out once for all its requests, with the fields that tell an instance
 * about it ready to be written.
 */
final class Peer {
    private static final AttachmentKey<Peer> KEY = AttachmentKey.create(Peer.class);

    final InetSocketAddress address;
    final String text;
    final boolean trusted;

    /** The site that it has proven to be; null if it is none, but a device or a proxy. */
    final PopId site;

    /** {@code text} as {@code Forwarded} wants it (RFC 7239 section 6). */
    final String node;

    final int localPort;

    private String host;
    private String hostName;
    private byte[] forwarding;

    private Peer(InetSocketAddress address, int localPort, boolean trusted, PopId site) {
        this.site = site;
        this.address = address;
        this.localPort = localPort;
        this.trusted = trusted;
        InetAddress ip = address.getAddress();
        String name = ip.getHostAddress();
        int scope = name.indexOf('%');
        text = scope < 0 ? name : name.substring(0, scope);
        node = ip instanceof Inet6Address ? "\"[" + text + "]\"" : text;
    }

    static Peer of(ServerConnection connection, IngressSettings settings) {
        Peer peer = connection.getAttachment(KEY);
        if (peer == null) {
            InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
            peer = attached(connection, settings.trusts(address.getAddress()), null);
        }
        return peer;
    }

    /** From now on the other end of a connection is known to be a site, whose word about a client is believed. */
    static void proven(ServerConnection connection, PopId site) {
        if (connection.getAttachment(KEY) == null) {
            attached(connection, true, site);
        }
    }

    /** Who is known already to be at the other end; null if nobody is. */
    static Peer known(ServerConnection connection) {
        return connection.getAttachment(KEY);
    }

    private static Peer attached(ServerConnection connection, boolean trusted, PopId site) {
        InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
        InetSocketAddress local = connection.getLocalAddress(InetSocketAddress.class);
        Peer peer = new Peer(address, local.getPort(), trusted, site);
        connection.putAttachment(KEY, peer);
        return peer;
    }

    /** The host name in {@code Host}; null if there is none that is valid. Clients ask for the same one again and again. */
    String hostName(String hostField) {
        if (!hostField.equals(host)) {
            host = hostField;
            hostName = Syntax.hostName(hostField);
            forwarding = null;
        }
        return hostName;
    }

    /** The forwarding fields of a request from a peer that is not trusted: what we see ourselves, and nothing else. */
    byte[] forwarding(String hostField) {
        if (forwarding == null || !hostField.equals(host)) {
            hostName(hostField);
            StringBuilder fields = new StringBuilder(256)
                    .append("X-Forwarded-For: ")
                    .append(text)
                    .append("\r\nX-Real-IP: ")
                    .append(text)
                    .append("\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: ")
                    .append(localPort);
            if (!hostField.isEmpty()) {
                fields.append("\r\nX-Forwarded-Host: ").append(hostField);
            }
            fields.append("\r\nForwarded: ").append(forwarded(hostField)).append("\r\n");
            forwarding = fields.toString().getBytes(StandardCharsets.ISO_8859_1);
        }
        return forwarding;
    }

    /** This hop as an element of {@code Forwarded}. */
    String forwarded(String hostField) {
        return "for=" + node + (hostField.isEmpty() ? "" : ";host=\"" + hostField + '"') + ";proto="
                + (site == null ? "http" : "https");
    }
}
