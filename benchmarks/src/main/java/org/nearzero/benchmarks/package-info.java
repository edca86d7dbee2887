/** Benchmarks: {@link org.nearzero.benchmarks.Bench} runs one by its name. All traffic goes to 127.0.0.1. */
package org.nearzero.benchmarks;
