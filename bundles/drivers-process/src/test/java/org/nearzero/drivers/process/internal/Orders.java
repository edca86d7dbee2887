package org.nearzero.drivers.process.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;

/** Orders for tests. */
final class Orders {
    static final PopId POP = new PopId("pop-of-test");
    static final String SHELL = "file:///bin/sh";

    private Orders() {}

    /** A shell script as an instance. It should end in {@code exec}, or wait, so that it does not end by itself. */
    static InstanceSpec script(String name, String script) {
        return order(name, new Artefact(SHELL), List.of("-c", script), Map.of());
    }

    static InstanceSpec order(String name, Artefact artefact, List<String> command, Map<String, String> env) {
        return new InstanceSpec(
                new AppInstanceId("shop." + name),
                POP,
                "g1",
                new Application(
                        new AppId("shop"),
                        "acme",
                        "1",
                        artefact,
                        command,
                        env,
                        8080,
                        Resources.DEFAULT,
                        new ServerlessPolicy(List.of(new RouteMatch("shop.example", "/")), ScalingPolicy.DEFAULT)),
                Duration.ofSeconds(10));
    }
}
