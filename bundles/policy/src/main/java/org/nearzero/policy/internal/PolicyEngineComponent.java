package org.nearzero.policy.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.api.time.SteadyClock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy engine as a service. A first configuration that is wrong keeps it from starting, since running without the caps that
 * an operator meant to set would be worse; a later one that is wrong leaves the one before in force.
 */
@Component(service = PolicyEngine.class, configurationPid = PolicySettings.PID)
@Designate(ocd = PolicyConfiguration.class)
public final class PolicyEngineComponent implements PolicyEngine {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyEngineComponent.class);
    private static final String RANKING = "service.ranking";

    private final RuledPolicyEngine engine;

    /** @throws InvalidInputException with every problem of the configuration */
    @Activate
    public PolicyEngineComponent(Map<String, Object> properties) {
        PolicySettings settings = PolicySettings.of(properties);
        engine = new RuledPolicyEngine(settings.operatorPolicy(), SteadyClock.ofThisProcess());
        engine.ruleDeadline(settings.ruleDeadline());
        LOG.info("operator's policy in force: {}", settings.text());
    }

    @Modified
    void modified(Map<String, Object> properties) {
        try {
            PolicySettings settings = PolicySettings.of(properties);
            engine.ruleDeadline(settings.ruleDeadline());
            engine.operatorPolicy(settings.operatorPolicy());
            LOG.info("operator's policy in force: {}", settings.text());
        } catch (InvalidInputException e) {
            LOG.error("configuration refused, the one before stays in force: {}", e.getMessage());
        }
    }

    @Deactivate
    void deactivate() {
        engine.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addRule(PolicyRule rule, Map<String, Object> properties) {
        LOG.info("rule joined: type={}", rule.getClass().getName());
        engine.addRule(rule, properties.get(RANKING) instanceof Integer ranking ? ranking : 0);
    }

    void updatedRule(PolicyRule rule, Map<String, Object> properties) {
        addRule(rule, properties);
    }

    void removeRule(PolicyRule rule) {
        LOG.info("rule left: type={}", rule.getClass().getName());
        engine.removeRule(rule);
    }

    @Override
    public OperatorPolicy operatorPolicy() {
        return engine.operatorPolicy();
    }

    @Override
    public Subscription watch(Runnable changed) {
        return engine.watch(changed);
    }

    @Override
    public List<Problem> admit(Application application) {
        return engine.admit(application);
    }

    @Override
    public CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now) {
        return engine.decide(policies, demand, observed, now);
    }
}
