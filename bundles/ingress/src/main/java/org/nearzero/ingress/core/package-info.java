/**
 * Who is admitted where, who waits, and what is counted: values and lock-free words on JDK types, without threads, I/O, logs
 * or a clock. Instants are nanoseconds of a monotonic clock that the caller reads.
 */
package org.nearzero.ingress.core;
