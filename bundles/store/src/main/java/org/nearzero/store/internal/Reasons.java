package org.nearzero.store.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.nearzero.api.store.StoreException;

/** What is said when a store cannot do what it is for: which file, why, and what to do. */
record Reasons(Path file) {
    /** MVStore meets damage with exceptions of all kinds; what the operating system refuses has its own behind it. */
    StoreException notOpened(Throwable why) {
        if (why instanceof MVStoreException e && e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
            return say(
                    "is in use by another process (stop the other Nearzero, or give this one a file of its own: key file of"
                            + " org.nearzero.store)",
                    why);
        }
        Throwable innermost = innermost(why);
        if (innermost instanceof IOException && !(innermost instanceof EOFException)) {
            return say(
                    "cannot be opened: " + cause(why)
                            + " (have it and its directory readable and writable for the user that" + " runs Nearzero)",
                    why);
        }
        return damaged(cause(why), why);
    }

    StoreException notRead(Exception why) {
        return say("cannot be read: " + cause(why) + " (look after its disk; put back a copy if it is damaged)", why);
    }

    StoreException notWritten(Throwable why) {
        return say(
                "cannot be written: " + cause(why)
                        + " (nothing has changed; make room on its disk, or look after it, and try" + " again)",
                why);
    }

    StoreException notClosed(Exception why) {
        return say("was not closed cleanly: " + cause(why) + " (nothing is lost; look after its disk)", why);
    }

    StoreException closed(Exception why) {
        return say("is closed (expected: no use of it any more)", why);
    }

    StoreException damaged(String how) {
        return damaged(how, null);
    }

    private StoreException damaged(String how, Throwable why) {
        return say(
                "is damaged: " + how
                        + " (it was left as it is: put a copy in its place, or move it away to begin with nothing)",
                why);
    }

    private StoreException say(String what, Throwable why) {
        return new StoreException("store " + file + " " + what, why);
    }

    /** What the innermost cause says, without what MVStore adds for its own developers. */
    private static String cause(Throwable why) {
        Throwable innermost = innermost(why);
        String message = String.valueOf(innermost.getMessage());
        int version = message.lastIndexOf(" [2.");
        String plain = version < 0 ? message : message.substring(0, version);
        return innermost instanceof MVStoreException || innermost.getClass() == IOException.class
                ? plain
                : innermost.getClass().getSimpleName() + ": " + plain;
    }

    private static Throwable innermost(Throwable why) {
        Throwable innermost = why;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
