package org.nearzero.store.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.nearzero.api.store.Store;

/** The contract catches what it is there to catch: each fault, by the rule that forbids it. */
class BrokenStoresTest {
    private static final Set<String> RULES = new TreeSet<>(List.of(
            "READ-1", "READ-2", "READ-3", "WRITE-1", "WRITE-2", "WRITE-3", "WRITE-4", "KEEP-1", "SIZE-1", "SIZE-2"));
    private static final Throwable PASSED = new Throwable("passed");

    static List<StoreFaults.Fault> faults() {
        return StoreFaults.ALL;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void everyFaultIsCaughtByItsRule(StoreFaults.Fault fault) {
        Throwable outcome = run(fault.rule(), fault.store()).get(fault.rule());
        assertNotSame(PASSED, outcome, () -> fault + ": not caught");
        assertTrue(outcome.getMessage().startsWith(fault.rule() + " is broken"), outcome::toString);
    }

    @Test
    void everyRuleIsBrokenByAFault() {
        assertEquals(
                RULES,
                StoreFaults.ALL.stream().map(StoreFaults.Fault::rule).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void aStoreWithoutFaultKeepsEveryRule() {
        Map<String, Throwable> outcomes = run("", InMemoryStore::new);
        assertEquals(RULES, outcomes.keySet());
        assertEquals(Set.of(PASSED), Set.copyOf(outcomes.values()));
    }

    @Test
    void everyRuleIsInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertEquals(
                List.of(),
                RULES.stream()
                        .filter(rule -> !readme.contains("| " + rule + " |"))
                        .toList());
    }

    /** Runs the tests of one rule, or of all, and gives the outcome of each rule. */
    private static Map<String, Throwable> run(String rule, Supplier<InMemoryStore> store) {
        Trial.maker = store;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Trial.class))
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(
                        !test.isTest() || test.getDisplayName().startsWith(rule)))
                .build();
        Map<String, Throwable> outcomes = new TreeMap<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    outcomes.put(
                            test.getDisplayName().split(" ")[0],
                            result.getThrowable().orElse(PASSED));
                }
            }
        });
        return outcomes;
    }

    /** Run by the launcher above, never by the build: its name does not end in Test. */
    static class Trial extends StoreContract {
        private static volatile Supplier<InMemoryStore> maker;
        private InMemoryStore store;

        @Override
        protected Store open() {
            if (store == null) {
                store = maker.get();
            }
            return store;
        }

        @Override
        protected void close(Store opened) {
            if (opened instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        protected void full(Store opened, boolean yes) {
            store.full(yes);
        }
    }
}
