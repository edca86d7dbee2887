package org.nearzero.sites.internal;

/** What sites ask of each other, as paths on their peer doors. */
final class PeerPaths {
    static final String PREFIX = "/.nearzero/v1/";
    static final String SYNC = "sync";
    static final String APPLY = "apply";
    static final String DELETE = "delete";
    static final String JOIN = "join";
    static final String IMAGE = "image";
    static final String IMAGE_PART = "image-part";

    private PeerPaths() {}
}
