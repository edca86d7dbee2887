package org.nearzero.management.internal;

import java.util.Map;

/**
 * An answer.
 *
 * @param status HTTP's
 * @param headers besides those that every answer has
 * @param body a tree for {@link org.nearzero.management.core.Json}; empty: no body
 */
record Response(int status, Map<String, String> headers, Map<String, Object> body) {
    Response(int status, Map<String, Object> body) {
        this(status, Map.of(), body);
    }
}
