package org.nearzero.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 300;

    @Test
    void theLawsHoldWhateverGoesWrong() {
        List<Run.Outcome> outcomes = LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> new Run(seed).go())
                .toList();
        assertTrue(outcomes.stream().mapToLong(Run.Outcome::migrations).sum() > SEEDS, "hardly anything migrates");
        assertTrue(outcomes.stream().mapToLong(Run.Outcome::local).sum() > 0, "nobody is served locally");
        assertTrue(outcomes.stream().mapToLong(Run.Outcome::relayed).sum() > 0, "nobody is relayed");
        assertTrue(outcomes.stream().mapToLong(Run.Outcome::failed).sum() > 0, "nothing goes wrong");
    }

    @Test
    void oneSeedIsOneRun() {
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals(new Run(seed).go(), new Run(seed).go());
        }
    }

    @Test
    void aReportShowsARun() {
        Run run = new Run(7);
        Run.Outcome outcome = run.go();
        String page = Report.of(run.world(), outcome);
        assertTrue(page.contains("<polyline") && page.contains("COMPLETED") && page.endsWith("</html>\n"));
    }
}
