package org.nearzero.sites.internal;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Why something failed, for a person. */
final class Reasons {
    private Reasons() {}

    /** The words of the innermost cause that has any; a JDK client wraps them, some with none. */
    static String of(Throwable failure) {
        String words = failure.getClass().getSimpleName();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String said = each.getMessage();
            words = said == null || said.isBlank() ? words : said;
        }
        return words;
    }

    /** What a stage failed with, without what stages wrap it in. */
    static Throwable unwrapped(Throwable failure) {
        Throwable each = failure;
        while ((each instanceof CompletionException || each instanceof ExecutionException) && each.getCause() != null) {
            each = each.getCause();
        }
        return each;
    }
}
