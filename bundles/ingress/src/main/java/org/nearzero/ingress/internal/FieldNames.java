package org.nearzero.ingress.internal;

import io.undertow.util.HttpString;

/**
 * Names of fields that were seen lately, so that the same few names are not made anew for each response. One thread. A name that
 * falls on the place of another replaces it: strangers cannot make it grow.
 */
final class FieldNames {
    private static final int SIZE = 256;

    private final HttpString[] seen = new HttpString[SIZE];

    HttpString get(byte[] bytes, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int at = (hash ^ hash >>> 8) & SIZE - 1;
        HttpString there = seen[at];
        if (there != null && is(there, bytes, from, length)) {
            return there;
        }
        HttpString name = new HttpString(bytes, from, length);
        seen[at] = name;
        return name;
    }

    private static boolean is(HttpString name, byte[] bytes, int from, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.byteAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
