package org.nearzero.examples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.examples.load.LoadReport;

/** One run through all phases; shows each moment in a table. */
final class DemoRun {
    static final int MANY = 16;
    private static final int FEW = 3;
    /** No more of them than the policy says for the way back. */
    private static final int STAY = DemoApplication.COMES_BACK_AT;

    private static final int GROUP = 4;
    private static final Duration A_LOOK = Duration.ofSeconds(3);
    private static final Duration A_STEP = Duration.ofMillis(800);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long TURN_MILLIS = 100;

    private final ThreeSites sites;
    private final Moves moves;
    private final LiveTable table;
    private final List<String> missed = new ArrayList<>();
    private final long startedAt = System.nanoTime();
    private long onceMigrated;
    private long locallyOnceMigrated;

    DemoRun(ThreeSites sites, LiveTable table) {
        this.sites = sites;
        this.moves = sites.moves();
        this.table = table;
    }

    Figures run() throws InterruptedException {
        table.header(List.of("pop-a, the homebase", "pop-b", "pop-c"));
        until("every site knows the application", () -> sites.all().stream().allMatch(Site::knowsIt));
        show(Duration.ofSeconds(1), () -> false);
        fewAtB();
        manyAtB();
        theyWalkToC();
        long lastAnswer = theyLeave();
        boolean zero = until("it went back to zero", () -> sites.all().stream().allMatch(Site::atZero));
        long backToZero = zero ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastAnswer) : -1;
        until("it came back from pop-c", () -> moves.completed(sites.c(), sites.a()));
        table.end();
        return new Figures(
                sites.all().stream().map(Visit::of).toList(),
                moves.completed(),
                onceMigrated,
                locallyOnceMigrated,
                backToZero,
                List.copyOf(missed));
    }

    /** Nothing runs anywhere: the homebase starts an instance, and the relay holds the users until it is ready. */
    private void fewAtB() throws InterruptedException {
        sites.b().users(FEW);
        until("the first users at pop-b were answered", () -> sites.b().firstAnswerMillis() >= 0);
        show(A_LOOK, () -> false);
    }

    private void manyAtB() throws InterruptedException {
        sites.b().users(MANY);
        followed(sites.b());
    }

    /** A group after the other, but for some who stay; a few others come to the homebase meanwhile. */
    private void theyWalkToC() throws InterruptedException {
        sites.a().users(FEW);
        for (int left = MANY - GROUP; left > 0; left -= GROUP) {
            walk(left);
        }
        walk(STAY);
        followed(sites.c());
        until("it came back from pop-b", () -> moves.completed(sites.b(), sites.a()));
        show(A_LOOK, () -> false);
    }

    private void walk(int left) throws InterruptedException {
        sites.b().users(left);
        sites.c().users(MANY - left);
        show(A_STEP, () -> false);
    }

    /** @return when the last answer came */
    private long theyLeave() throws InterruptedException {
        sites.all().forEach(site -> site.users(0));
        until("every request was answered", () -> sites.all().stream()
                .allMatch(site -> site.report().inFlight() == 0));
        return System.nanoTime();
    }

    /** Waits until it has followed its users to a site, and has a look at who answers then. */
    private void followed(Site site) throws InterruptedException {
        until("an instance at " + site.name() + " answered", () -> site.firstLocalAnswerMillis() >= 0);
        until("it followed its users to " + site.name(), () -> moves.completed(sites.a(), site));
        LoadReport before = site.report();
        show(A_LOOK, () -> false);
        LoadReport after = site.report();
        locallyOnceMigrated += site.localAnswers(after) - site.localAnswers(before);
        onceMigrated += after.answered() - before.answered();
    }

    /** Waits for something that is promised. What has been missed makes it wait no more for what would come after it. */
    private boolean until(String promise, BooleanSupplier kept) throws InterruptedException {
        boolean done = show(missed.isEmpty() ? PATIENCE : A_LOOK, kept);
        if (!done) {
            missed.add(promise);
        }
        return done;
    }

    /** Shows what goes on until it is done, or the time is up. @return whether it is done */
    private boolean show(Duration atMost, BooleanSupplier done) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() - deadline < 0) {
            do {
                table.show(row());
            } while (moves.hasNews());
            if (done.getAsBoolean()) {
                return true;
            }
            Thread.sleep(TURN_MILLIS);
        }
        return false;
    }

    private LiveTable.Row row() {
        return new LiveTable.Row(
                (System.nanoTime() - startedAt) / 1e9,
                sites.all().stream().map(DemoRun::cell).toList(),
                moves.next());
    }

    private static LiveTable.Cell cell(Site site) {
        Demand demand = site.demand();
        return new LiveTable.Cell(
                demand.sessions(),
                demand.relayed(),
                demand.inFlight(),
                site.count(AppInstanceStatus.READY),
                site.count(AppInstanceStatus.INSTANTIATING));
    }
}
