package org.nearzero.ingress.core;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;

/** Values that tests begin with. */
final class Given {
    static final AppId APP = new AppId("shop");
    static final Duration IDLE = Duration.ofMinutes(5);

    private Given() {}

    static AppInstanceId id(int n) {
        return new AppInstanceId(APP + ".i" + n);
    }

    static Target open(int n) {
        return target(n, Admission.OPEN);
    }

    static Target draining(int n) {
        return target(n, Admission.DRAINING);
    }

    static Target target(int n, Admission admission) {
        return new Target(id(n), new Endpoint("127.0.0.1", 9_000 + n), admission);
    }

    /** The same instance where it accepts after it moved. */
    static Target elsewhere(int n) {
        return new Target(id(n), new Endpoint("127.0.0.2", 9_000 + n), Admission.OPEN);
    }

    static Instance instance(int n, int limit) {
        return new Instance(open(n), limit);
    }

    static Instance[] instances(int count, int limit) {
        return IntStream.range(0, count).mapToObj(n -> instance(n, limit)).toArray(Instance[]::new);
    }

    /** Routes on which those who find no room wait. */
    static Routes routes(long revision, int limit, Target... targets) {
        return routes(revision, limit, QueuePolicy.DEFAULT, new Park(), targets);
    }

    static Routes routes(long revision, int limit, QueuePolicy queue, Otherwise otherwise, Target... targets) {
        return routes(revision, limit, queue, IDLE, otherwise, List.of(targets));
    }

    static Routes routes(
            long revision, int limit, QueuePolicy queue, Duration idle, Otherwise otherwise, List<Target> targets) {
        return new Routes(APP, revision, List.of(), limit, queue, idle, targets, otherwise);
    }

    /** The way to a homebase. */
    static Relay relay(int n) {
        return new Relay(new PopId("home" + n), List.of(new Endpoint("127.0.0.1", 8_000 + n)));
    }

    static QueuePolicy queue(int connections, long bytes, Duration deadline) {
        return new QueuePolicy(connections, bytes, deadline);
    }
}
