package org.nearzero.management.internal;

import java.io.InputStream;

/**
 * A request, its caller known to be allowed.
 *
 * @param method HTTP's, a HEAD told as GET
 * @param path as in the address, still percent-encoded
 * @param query as in the address, without {@code ?}; empty if there is none
 * @param contentType of the body; empty if not told
 * @param body to be read once
 */
record Request(String method, String path, String query, String contentType, InputStream body) {}
