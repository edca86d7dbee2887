package org.nearzero.driver.tck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.Endpoint;

/** INFO-1 to START-7. */
abstract class StartRules extends DriverTrial {
    private static final int AT_ONCE = 6;

    @Test
    @DisplayName("INFO-1 the name is short, stable, and made of lower-case letters, digits and hyphens")
    void nameIsShortAndStable() throws Exception {
        Rule rule = rule("INFO-1");
        String name = driver.name();
        rule.holds(
                name != null && name.matches("[a-z0-9-]{1,63}"),
                "1 to 63 lower-case letters, digits and hyphens",
                String.valueOf(name),
                "return a constant such as \"docker\"");
        List<String> again = List.of(driver.name(), newDriver().name());
        rule.holds(
                again.stream().allMatch(name::equals),
                "the name is always " + name,
                again.toString(),
                "return a constant: the name must not depend on the object or on the moment");
    }

    @Test
    @DisplayName("INFO-2 an application is accepted by its artefact's form alone")
    void acceptsByFormAlone() {
        Rule rule = rule("INFO-2");
        accepts(rule, application(underTest.serving(List.of()), Map.of()), true, "an artefact that it can run");
        accepts(
                rule,
                application(underTest.missingArtefact()),
                true,
                "an artefact of the right form that does not exist");
        accepts(rule, application(underTest.foreignArtefact()), false, "an artefact of a form that it cannot run");
    }

    private void accepts(Rule rule, org.nearzero.api.model.Application application, boolean expected, String what) {
        boolean accepted = driver.accepts(application);
        rule.holds(
                accepted == expected,
                "accepts is " + expected + " for " + what + ", "
                        + application.artefact().imagePath(),
                "it is " + accepted,
                "judge by the form of imagePath only; whether the artefact exists is the business of start");
    }

    @Test
    @DisplayName("START-1 a started instance is RUNNING, has an endpoint and carries the names of the order")
    void startedInstanceCarriesItsNames() {
        Rule rule = rule("START-1");
        InstanceSpec spec = servingOrder();
        DriverInstance instance = started(rule, spec);
        rule.holds(
                instance.state() == InstanceState.RUNNING,
                "RUNNING",
                instance.toString(),
                "complete the stage once the process runs");
        endpoint(rule, instance);
        carriesNames(rule, spec, instance);
    }

    /** The names come back as ordered. */
    static void carriesNames(Rule rule, InstanceSpec spec, DriverInstance instance) {
        rule.holds(
                instance.appInstanceId().equals(spec.appInstanceId())
                        && instance.appId().equals(spec.application().appId())
                        && instance.popId().equals(spec.popId())
                        && instance.generation().equals(spec.generation()),
                "names " + spec.appInstanceId() + ", " + spec.application().appId() + ", " + spec.popId()
                        + ", generation " + spec.generation(),
                instance.toString(),
                "label what you create with all four and read them back from the labels");
    }

    @Test
    @DisplayName("START-2 the instance serves at its endpoint once its process listens")
    void servesAtItsEndpoint() {
        Rule rule = rule("START-2");
        awaitServing(rule, endpoint(rule, started(rule, servingOrder())));
    }

    @Test
    @DisplayName("START-3 a second start of a running instance changes nothing")
    void secondStartChangesNothing() throws Exception {
        Rule rule = rule("START-3");
        InstanceSpec spec = servingOrder();
        DriverInstance first = serving(rule, spec);
        Endpoint endpoint = endpoint(rule, first);
        String advice = "look the instance up by its label before anything is created, and give back what runs";
        try (Caller openSince = Caller.connect(endpoint)) {
            DriverInstance second = rule.completes(driver.start(spec), "second start", advice);
            rule.holds(
                    second.equals(first) || sameInstance(first, second),
                    "the second start gives the first's endpoint and creation time: " + first,
                    second.toString(),
                    advice);
            rule.becomes(
                    () -> openSince.get(underTest.helloPath(), rule.patience()),
                    answer -> true,
                    "a connection opened before the second start is served after it",
                    "the process must not be restarted by a second start");
        }
        Map<?, DriverInstance> listed = listed(rule, driver, pop);
        rule.holds(listed.size() == 1, "one instance is listed", listed.toString(), advice);
    }

    private static boolean sameInstance(DriverInstance first, DriverInstance second) {
        return second.state() == InstanceState.RUNNING
                && second.appInstanceId().equals(first.appInstanceId())
                && second.endpoint().equals(first.endpoint())
                && second.createdAt().equals(first.createdAt());
    }

    @Test
    @DisplayName(
            "START-4 an artefact that does not exist fails with IMAGE_NOT_FOUND, is named, and leaves nothing behind")
    void missingArtefactIsNamed() throws Exception {
        Rule rule = rule("START-4");
        InstanceSpec spec = order(new Workload(underTest.missingArtefact(), List.of()));
        String missing = underTest.missingArtefact().imagePath();
        DriverException failure = rule.fails(
                driver.start(spec),
                DriverException.Code.IMAGE_NOT_FOUND,
                "start of " + missing,
                "map the engine's own answer for a missing artefact to this code");
        rule.holds(
                String.valueOf(failure.getMessage()).contains(missing),
                "the message names " + missing,
                failure.getMessage(),
                "say which artefact is missing, where, and what to do about it");
        Map<?, DriverInstance> listed = listed(rule, driver, pop);
        List<String> remains = underTest.remains(spec.appInstanceId());
        rule.holds(
                listed.isEmpty() && remains.isEmpty(),
                "nothing is listed and nothing remains",
                "listed: " + listed + ", remains: " + remains,
                "look for the artefact first, or clear away what was made before it was missed");
    }

    @Test
    @DisplayName("START-5 starts of different instances at once do not disturb each other")
    void startsAtOnceDoNotDisturb() {
        Rule rule = rule("START-5");
        List<InstanceSpec> specs = new ArrayList<>();
        List<CompletionStage<DriverInstance>> stages = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            InstanceSpec spec = order(pop, underTest.serving(List.of()), Map.of("TCK_WHO", "nr-" + i));
            specs.add(spec);
            stages.add(driver.start(spec));
        }
        String advice = "look for state shared by starts: a port chosen twice, a name, a lock, a temporary file";
        Set<Endpoint> endpoints = new HashSet<>();
        for (int i = 0; i < AT_ONCE; i++) {
            DriverInstance instance = rule.completes(stages.get(i), "start " + i + " of " + AT_ONCE, advice);
            carriesNames(rule, specs.get(i), instance);
            Endpoint endpoint = endpoint(rule, instance);
            endpoints.add(endpoint);
            String who = "TCK_WHO=nr-" + i;
            rule.becomes(
                    () -> Caller.lines(endpoint, underTest.envPath()),
                    env -> env.contains(who),
                    "the instance at " + endpoint + " has " + who + " in its environment",
                    advice);
        }
        rule.holds(endpoints.size() == AT_ONCE, AT_ONCE + " endpoints, all different", endpoints.toString(), advice);
    }

    @Test
    @DisplayName("START-6 environment and command of the application reach the process")
    void environmentAndCommandReachTheProcess() {
        Rule rule = rule("START-6");
        List<String> arguments = List.of("two words", "$HOME", "--flag=a=b", "'quoted'");
        Map<String, String> env = Map.of("TCK_PLAIN", "one", "TCK_ODD", "a=b; c $HOME \"d\"");
        DriverInstance instance = started(rule, order(pop, underTest.serving(arguments), env));
        Endpoint endpoint = endpoint(rule, instance);
        awaitServing(rule, endpoint);
        rule.becomes(
                () -> Caller.lines(endpoint, underTest.envPath()),
                lines -> env.entrySet().stream().allMatch(e -> lines.contains(e.getKey() + "=" + e.getValue())),
                "the environment holds " + env,
                "hand the application's env over as it is, with no shell in between");
        rule.becomes(
                () -> Caller.lines(endpoint, underTest.argumentsPath()),
                lines -> java.util.Collections.indexOfSubList(lines, arguments) >= 0,
                "the arguments hold " + arguments,
                "hand the application's command over as a list, with no shell in between");
    }

    @Test
    @DisplayName("START-7 a process that exits at once is reported EXITED with its exit code and last output")
    void exitAtOnceIsReported() throws Exception {
        Rule rule = rule("START-7");
        String lastWords = "no config at 9c41";
        Ear ear = listen(pop);
        InstanceSpec spec = order(underTest.exiting(3, lastWords));
        CompletionStage<DriverInstance> stage = driver.start(spec);
        rule.becomes(
                () -> exitDetails(stage, ear, spec),
                details ->
                        details.stream().anyMatch(each -> each.matches("(?s).*\\b3\\b.*") && each.contains(lastWords)),
                "EXITED is reported with exit code 3 and the output '" + lastWords + "' in the detail",
                "watch the process from its first moment, and put exit code and last lines of output into the detail");
    }

    /** Everything that the driver said of the end: by the stage's value, by the stage's failure, or to the listener. */
    private static List<String> exitDetails(CompletionStage<DriverInstance> stage, Ear ear, InstanceSpec spec) {
        List<String> details = new ArrayList<>();
        ear.exits(spec.appInstanceId()).forEach(exit -> details.add(exit.detail()));
        if (stage.toCompletableFuture().isDone()) {
            stage.handle((instance, failure) -> {
                if (instance != null && instance.state() == InstanceState.EXITED) {
                    details.add(instance.detail());
                } else if (failure != null
                        && Rule.unwrap(failure) instanceof DriverException e
                        && e.code() == DriverException.Code.EXITED) {
                    details.add(e.getMessage());
                }
                return null;
            });
        }
        return details;
    }

    /** The driver as an optional interface that it must have. */
    static <T> T as(Rule rule, ContainerDriver driver, Class<T> ability) {
        rule.holds(
                ability.isInstance(driver),
                "the driver implements " + ability.getSimpleName() + ", as optionalInterfaces() claims",
                driver.getClass().getName() + " does not",
                "implement it, or do not claim it");
        return ability.cast(driver);
    }

    /** Whether the ability is not claimed; then the driver must not have it. */
    boolean absent(Rule rule, Class<?> ability) {
        if (underTest.optionalInterfaces().contains(ability)) {
            return false;
        }
        rule.holds(
                !ability.isInstance(driver),
                "a driver without " + ability.getSimpleName() + ", as optionalInterfaces() says",
                driver.getClass().getName() + " implements it",
                "claim it in optionalInterfaces() so that its rules are run, or do not implement it");
        return true;
    }
}
