package org.nearzero.benchmarks;

import java.io.PrintStream;

/** Measures something, and checks a claim about it. */
interface Benchmark {
    /** Runs it, and says what goes on. @throws MissingException if it cannot be run here */
    Outcome run(PrintStream out) throws Exception;
}
