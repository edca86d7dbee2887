package org.nearzero.policy.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The operator's policy at this point of presence, as configured under {@value PolicySettings#PID}. */
@ObjectClassDefinition(
        name = "Nearzero operator's policy",
        description = "The operator's bounds at this point of presence. They win over every developer's policy.")
@interface PolicyConfiguration {
    @AttributeDefinition(description = "Instances of all applications together; -1: unlimited")
    int site_maxInstances() default -1;

    @AttributeDefinition(description = "CPU of all applications together, thousandths of a core; -1: unlimited")
    long site_maxCpuMillis() default -1;

    @AttributeDefinition(description = "Memory of all applications together, bytes; -1: unlimited")
    long site_maxMemoryBytes() default -1;

    @AttributeDefinition(description = "Instances of one provider's applications together; -1: unlimited")
    int provider_maxInstances() default -1;

    @AttributeDefinition(
            description = "CPU of one provider's applications together, thousandths of a core; -1: unlimited")
    long provider_maxCpuMillis() default -1;

    @AttributeDefinition(description = "Memory of one provider's applications together, bytes; -1: unlimited")
    long provider_maxMemoryBytes() default -1;

    @AttributeDefinition(description = "Instances of one application; -1: unlimited")
    int application_maxInstances() default -1;

    @AttributeDefinition(description = "CPU of one application, thousandths of a core; -1: unlimited")
    long application_maxCpuMillis() default -1;

    @AttributeDefinition(description = "Memory of one application, bytes; -1: unlimited")
    long application_maxMemoryBytes() default -1;

    @AttributeDefinition(
            description = "PoPs that serve one application at once besides its homebase, which is here; -1: unlimited")
    int application_maxServingPops() default -1;

    @AttributeDefinition(description = "Images that may run, * for any characters; none: every image", required = false)
    String[] imageAllowList() default {};

    @AttributeDefinition(description = "How long all rules together may take over a decision, ms, 1 to 10000")
    int ruleDeadlineMillis() default 100;
}
