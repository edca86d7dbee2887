package org.nearzero.orchestrator.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.orchestrator.core.AppState;
import org.nearzero.orchestrator.core.RouteTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks an application before anything changes for it: its routes are free, the operator allows it, a driver accepts it, its
 * artefact exists. Blocks nobody; a driver that does not answer in time delays this one application.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /**
     * What the check found.
     *
     * @param accepted which of the drivers accept the application, as far as they have said: now or, if they did not answer in
     *     time, of the version before
     * @param silent the drivers that did not answer in time, to be asked again
     * @param advice what could not be made sure of; may be empty
     * @param missing why its artefact cannot be used, which matters unless instances of it run already
     */
    record Admitted(
            Map<DriverLane, Boolean> accepted,
            Set<DriverLane> silent,
            String advice,
            Optional<InvalidInputException> missing) {
        Admitted advising(String better) {
            return new Admitted(accepted, silent, better, Optional.empty());
        }
    }

    private final OrchestratorSettings settings;
    private final PolicyEngine policyEngine;
    private final RouteTable routes;
    private final Lanes lanes;

    Admission(OrchestratorSettings settings, PolicyEngine policyEngine, RouteTable routes, Lanes lanes) {
        this.settings = settings;
        this.policyEngine = policyEngine;
        this.routes = routes;
        this.lanes = lanes;
    }

    /**
     * Checks what the part that is to be played here takes. One that only relays takes free routes alone; one that serves takes all
     * of it, unless only its part changes and it served in the one before. Fails with {@link InvalidInputException} or
     * {@link RefusedException}.
     *
     * @param known the application as it is here, if it is
     * @param earlier what the drivers said of the version before
     */
    CompletableFuture<Admitted> check(
            Application application, Placement placement, Optional<AppState> known, Map<DriverLane, Boolean> earlier) {
        try {
            requireFreeRoutes(application);
            if (placement instanceof Placement.Relay) {
                // Drivers are asked, for later, but not waited for.
                return CompletableFuture.completedFuture(
                        new Admitted(earlier, Set.copyOf(lanes.all()), "", Optional.empty()));
            }
            if (known.isPresent() && isMove(known.get(), application, placement)) {
                return CompletableFuture.completedFuture(
                        new Admitted(earlier, Set.of(), known.get().advice(), Optional.empty()));
            }
            requireOperatorsConsent(application);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        Map<DriverLane, CompletableFuture<Optional<Boolean>>> answers = new LinkedHashMap<>();
        lanes.all().forEach(lane -> answers.put(lane, asksWhetherAccepted(lane, application)));
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .thenCompose(done -> {
                    Map<DriverLane, Boolean> accepted = new LinkedHashMap<>();
                    Set<DriverLane> silent = new LinkedHashSet<>();
                    answers.forEach((lane, answer) -> {
                        if (answer.join().isEmpty()) {
                            silent.add(lane);
                        }
                        answer.join()
                                .or(() -> Optional.ofNullable(earlier.get(lane)))
                                .ifPresent(said -> accepted.put(lane, said));
                    });
                    return checkArtefact(application, new Admitted(accepted, silent, "", Optional.empty()));
                });
    }

    /** Whether nothing changes but the part, from one in which it may have instances to another. */
    private static boolean isMove(AppState known, Application application, Placement placement) {
        return known.application().equals(application)
                && !known.placement().equals(placement)
                && !known.placing().relays();
    }

    /** @throws RefusedException {@code ALREADY_EXISTS} if another application has one of its routes */
    void requireFreeRoutes(Application application) {
        Optional<RouteTable.Conflict> conflict =
                routes.conflict(application.appId(), application.policy().routes());
        if (conflict.isPresent()) {
            throw new RefusedException(
                    RefusedException.Code.ALREADY_EXISTS,
                    "app=" + application.appId() + " pop=" + settings.popId() + ": route "
                            + conflict.get().route() + " belongs to application "
                            + conflict.get().owner() + " (choose another host or pathPrefix, or delete that one)");
        }
    }

    private void requireOperatorsConsent(Application application) {
        List<Problem> problems = policyEngine.admit(application);
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    RefusedException.Code.PERMISSION_DENIED,
                    "app=" + application.appId() + " pop=" + settings.popId() + ": the operator's policy forbids it: "
                            + problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
    }

    /** @return empty if it does not answer in time, busy with other calls perhaps: which is not a no */
    private CompletableFuture<Optional<Boolean>> asksWhetherAccepted(DriverLane lane, Application application) {
        CompletableFuture<Optional<Boolean>> answer = new CompletableFuture<>();
        lane.run(
                () -> answer.complete(Optional.of(accepts(lane, application))),
                refused -> answer.complete(Optional.empty()));
        return answer.completeOnTimeout(
                Optional.empty(), settings.checkDeadline().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks a driver whether it accepts an application; one that fails at that does not. Call on the driver's lane. */
    static boolean accepts(DriverLane lane, Application application) {
        try {
            return lane.driver().accepts(application);
        } catch (RuntimeException | Error e) {
            LOG.warn("event=accepts-failed driver={} app={} taken-as=no", lane.name(), application.appId(), e);
            return false;
        }
    }

    private CompletableFuture<Admitted> checkArtefact(Application application, Admitted admitted) {
        Optional<DriverLane> chosen = admitted.accepted().entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst();
        if (chosen.isEmpty()) {
            return CompletableFuture.failedFuture(noDriver(application, admitted));
        }
        DriverLane lane = chosen.get();
        if (!(lane.driver() instanceof SupportsPrePull)) {
            return CompletableFuture.completedFuture(admitted);
        }
        CompletableFuture<Admitted> result = new CompletableFuture<>();
        lane.call(driver -> ((SupportsPrePull) driver).prePull(application.artefact()), new DriverLane.Outcome<>() {
            @Override
            public void answered(Void nothing) {
                result.complete(admitted);
            }

            @Override
            public void failed(DriverException failure) {
                artefactFailed(application, admitted, failure, result);
            }
        });
        String late = "artefact " + application.artefact().imagePath() + " not checked: driver " + lane.name()
                + " was still at it after " + settings.checkDeadline().toMillis() + " ms";
        return result.completeOnTimeout(
                admitted.advising(late), settings.checkDeadline().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void artefactFailed(
            Application application, Admitted admitted, DriverException failure, CompletableFuture<Admitted> result) {
        boolean wrong = failure.code() == DriverException.Code.IMAGE_NOT_FOUND
                || failure.code() == DriverException.Code.IMAGE_INVALID;
        String imagePath = application.artefact().imagePath();
        if (wrong) {
            Problem problem =
                    new Problem("appRepo.imagePath", imagePath, "what the driver can run: " + failure.getMessage());
            String advice = "artefact " + imagePath + " is missing, what runs goes on: " + failure.getMessage();
            InvalidInputException missing = new InvalidInputException(List.of(problem));
            result.complete(new Admitted(admitted.accepted(), admitted.silent(), advice, Optional.of(missing)));
        } else {
            result.complete(admitted.advising("artefact " + imagePath + " not checked: " + failure.getMessage()));
        }
    }

    private RefusedException noDriver(Application application, Admitted admitted) {
        if (!admitted.silent().isEmpty()) {
            return new RefusedException(
                    RefusedException.Code.UNAVAILABLE,
                    "app=" + application.appId() + " pop=" + settings.popId() + ": "
                            + admitted.silent().stream()
                                    .map(DriverLane::name)
                                    .collect(Collectors.joining(", driver ", "driver ", ""))
                            + " did not say within " + settings.checkDeadline().toMillis() + " ms whether it accepts "
                            + application.artefact().imagePath() + " (it may be busy; try again)");
        }
        List<String> names = new ArrayList<>();
        admitted.accepted().keySet().forEach(lane -> names.add(lane.name()));
        return new RefusedException(
                RefusedException.Code.FAILED_PRECONDITION,
                "app=" + application.appId() + " pop=" + settings.popId() + ": no driver accepts "
                        + application.artefact().imagePath() + " (registered: "
                        + (names.isEmpty() ? "none" : String.join(", ", names)) + ")");
    }
}
