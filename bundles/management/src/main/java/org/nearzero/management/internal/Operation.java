package org.nearzero.management.internal;

import java.io.IOException;

/** One thing that can be done with a resource. */
@FunctionalInterface
interface Operation {
    Response run(Request request) throws IOException, InterruptedException;
}
