package org.nearzero.ingress.core;

import java.util.Locale;

/** Small words of HTTP's grammar (RFC 9110 section 5.6). */
public final class Syntax {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private Syntax() {}

    static boolean isTokenByte(byte b) {
        return b >= 0 && TOKEN[b];
    }

    /** Whether {@code text} is a token: one or more of its characters, nothing else. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 || !TOKEN[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether it is a control character other than a tab. */
    static boolean isControl(byte b) {
        return b >= 0 && b < 0x20 && b != '\t' || b == 0x7F;
    }

    static boolean isFieldValue(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isControl(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether a comma-separated list names {@code token}, in any case. */
    public static boolean lists(String list, String token) {
        for (int from = 0; from <= list.length(); ) {
            int comma = list.indexOf(',', from);
            int to = comma < 0 ? list.length() : comma;
            if (trimmed(list, from, to).equalsIgnoreCase(token)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    /** A part of {@code text} without the spaces and tabs around it; other white space stays. */
    static String trimmed(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** A length as {@code Content-Length} gives it: 1 to 18 digits; -1 if it is not. */
    public static long length(String text) {
        int n = text.length();
        if (n == 0 || n > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < n; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /**
     * The host name of an authority or a {@code Host} value, in lower case, without port and without the dot that ends a
     * fully qualified name; null if it is no {@code host[:port]} (RFC 9110 section 7.2).
     */
    public static String hostName(String authority) {
        if (!isAscii(authority)) {
            return null; // or a letter that is none of ours might become one in lower case
        }
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        boolean literal = authority.startsWith("[");
        if (literal) {
            int bracket = authority.indexOf(']');
            if (bracket < 0 || bracket + 1 != end && authority.charAt(bracket + 1) != ':') {
                return null;
            }
            colon = bracket + 1 == end ? -1 : bracket + 1;
        }
        if (colon >= 0) {
            if (!isPort(authority, colon + 1)) {
                return null;
            }
            end = colon;
        }
        String host = authority.substring(0, end).toLowerCase(Locale.ROOT);
        if (literal) {
            return isLiteral(host) ? host : null;
        }
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return isName(host) ? host : null;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static boolean isPort(String text, int from) {
        long port = length(text.substring(from));
        return port >= 1 && port <= 65_535;
    }

    private static boolean isName(String host) {
        if (host.isEmpty() || host.length() > 253) {
            return false;
        }
        char before = '.';
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean inner = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!inner && (c != '.' || before == '.')) {
                return false;
            }
            before = c;
        }
        return before != '.';
    }

    private static boolean isLiteral(String host) {
        for (int i = 1; i < host.length() - 1; i++) {
            char c = host.charAt(i);
            if (c != ':' && c != '.' && c != '%' && Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return host.length() > 3 && host.indexOf(':') > 0;
    }
}
