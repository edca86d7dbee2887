package org.nearzero.startup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import org.junit.jupiter.api.Test;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

class ComponentsTest {
    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    @Test
    void theFirstCauseBelowReflectionIsTheOneThatIsToldInItsOwnWords() {
        Throwable failure = new InvocationTargetException(new IllegalStateException(
                "ingress 127.0.0.1:80: cannot listen: in use", new BindException("Address already in use")));
        assertEquals("ingress 127.0.0.1:80: cannot listen: in use", Components.cause(trace(failure)));
    }

    @Test
    void anExceptionThatSaysLittleKeepsItsName() {
        assertEquals("java.net.BindException: in use", Components.cause(trace(new BindException("in use"))));
        assertEquals("java.lang.IllegalStateException", Components.cause(trace(new IllegalStateException())));
    }

    @Test
    void aStackTraceWithoutACauseTellsItsFirstLine() {
        assertEquals("java.lang.Error: x", Components.cause("java.lang.Error: x\n\tat a.B.c(B.java:1)\n"));
    }

    @Test
    void aFailureThatSaysNothingIsCalledUnknown() {
        assertEquals("unknown", Components.cause(""));
    }

    @Test
    void aComponentThatNobodyHasConfiguredIsNotWaitedForIfItNeedsThat() {
        assertFalse(isWanted("require", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION));
        assertTrue(isWanted("require", ComponentConfigurationDTO.UNSATISFIED_REFERENCE));
        assertTrue(isWanted("require", ComponentConfigurationDTO.FAILED_ACTIVATION));
        assertTrue(isWanted("optional", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION));
    }

    private static boolean isWanted(String policy, int state) {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.configurationPolicy = policy;
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.state = state;
        return Components.isWanted(description, configuration);
    }
}
