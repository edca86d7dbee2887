package org.nearzero.policy.core;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The images that an operator lets run: patterns in which {@code *} stands for any characters, none included, and every other
 * character for itself. A reference is compared as its developer wrote it, whole, case included: {@code acme/*} matches
 * {@code acme/shop:7}, not {@code registry.example/acme/shop:7}.
 *
 * @param patterns what is allowed; empty: everything
 */
public record ImageAllowList(List<String> patterns) {
    private static final String FILE = "file:";

    public ImageAllowList {
        patterns = List.copyOf(patterns);
    }

    /** Whether the list lets an image run. Takes at most pattern length times reference length steps, whatever the pattern. */
    public boolean allows(String imagePath) {
        requireNonNull(imagePath, "imagePath");
        if (patterns.isEmpty()) {
            return true;
        }
        if (isDevious(imagePath)) {
            return false;
        }
        return patterns.stream().anyMatch(pattern -> matches(pattern, imagePath));
    }

    /**
     * Whether a file's path may lead elsewhere than it says: with {@code file:///opt/apps/*} allowed,
     * {@code file:///opt/apps/../../bin/sh} must not be.
     */
    private static boolean isDevious(String imagePath) {
        if (!imagePath.regionMatches(true, 0, FILE, 0, FILE.length())) {
            return false;
        }
        String path = imagePath.substring(FILE.length());
        return path.indexOf('%') >= 0
                || path.indexOf('\\') >= 0
                || List.of(path.split("/", -1)).contains("..")
                || List.of(path.split("/", -1)).contains(".");
    }

    /**
     * Whether the whole text matches. On a mismatch only the last star takes one character more: what earlier stars took need
     * never be reconsidered, since the shortest match for them leaves the most to those that follow.
     */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int taken = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                taken = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++taken;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
