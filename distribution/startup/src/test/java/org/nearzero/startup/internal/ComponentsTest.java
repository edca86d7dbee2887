package org.nearzero.startup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import org.junit.jupiter.api.Test;

class ComponentsTest {
    @Test
    void theInnermostCauseOfAStackTraceIsTheOneThatIsTold() {
        Throwable failure = new IllegalStateException(
                "cannot activate", new RuntimeException("wrapped", new BindException("Address already in use")));
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertEquals("java.net.BindException: Address already in use", Components.cause(trace.toString()));
    }

    @Test
    void aStackTraceWithoutACauseTellsItsFirstLine() {
        assertEquals("java.lang.Error: x", Components.cause("java.lang.Error: x\n\tat a.B.c(B.java:1)\n"));
    }

    @Test
    void aFailureThatSaysNothingIsCalledUnknown() {
        assertEquals("unknown", Components.cause(""));
    }
}
