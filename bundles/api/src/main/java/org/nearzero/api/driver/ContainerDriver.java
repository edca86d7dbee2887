package org.nearzero.api.driver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs instances: on a container engine, as processes, anywhere. Registered as an OSGi service; may come and go while the
 * platform runs.
 *
 * <p><b>Threading.</b> Every method may be called from any thread, several at once, and should return quickly; work goes on
 * behind the returned stage. The caller owns all deadlines: a stage may take as long as the engine does. Once a stage has been
 * given up by its caller, its outcome is still told to the listeners.
 *
 * <p><b>Truth.</b> The labels on what runs are the ledger. A driver keeps no state that it cannot rebuild from its engine, and
 * reports {@link InstanceState#UNKNOWN} where it does not know.
 *
 * <p><b>Rules.</b> The ids in brackets name the checks of the driver contract kit ({@code driver-tck}). Further abilities are
 * optional interfaces on the same object: {@link SupportsPause}, {@link SupportsPrePull}, {@link SupportsImageTransfer}.
 */
@ConsumerType
public interface ContainerDriver {
    /** A short, stable name such as {@code docker}: lower-case letters, digits and hyphens [INFO-1]. */
    String name();

    /** Whether this driver can run this application, judged by its artefact's form alone: no I/O, does not block [INFO-2]. */
    boolean accepts(Application application);

    /**
     * Creates an instance and starts its process. Completes as soon as the process runs and its endpoint is known; does not
     * wait for it to listen.
     *
     * <ul>
     *   <li>[START-1] the result is {@code RUNNING}, with the endpoint, and carries the names of the order;
     *   <li>[START-2] the instance serves at that endpoint once its process listens;
     *   <li>[START-3] a second start of a running instance changes nothing and gives the same endpoint;
     *   <li>[START-4] an artefact that does not exist fails with {@code IMAGE_NOT_FOUND}, names it, and leaves nothing behind;
     *   <li>[START-5] starts of different instances at once do not disturb each other;
     *   <li>[START-6] environment and command of the application reach the process;
     *   <li>[START-7] a process that exits at once is reported {@code EXITED}, by the stage or to the listeners, with its exit
     *       code and last output in the detail.
     * </ul>
     */
    CompletionStage<DriverInstance> start(InstanceSpec spec);

    /**
     * Ends the process and removes the instance: first politely (SIGTERM), after {@code grace} by force (SIGKILL).
     *
     * <ul>
     *   <li>[STOP-1] afterwards the instance is not listed and its endpoint refuses connections;
     *   <li>[STOP-2] stopping what does not exist, or stopping twice, succeeds;
     *   <li>[STOP-3] a process that ignores the request is killed after the grace;
     *   <li>[STOP-4] an exited or paused instance can be stopped;
     *   <li>[STOP-5] no process and nothing else of the instance remains.
     * </ul>
     */
    CompletionStage<Void> stop(AppInstanceId instance, Duration grace);

    /**
     * Every instance that this driver runs for a point of presence, exited ones included.
     *
     * <ul>
     *   <li>[LIST-1] holds what was started and not stopped, and nothing else; another PoP's instances are not in it;
     *   <li>[LIST-2] a new driver object on the same engine lists the same instances with the same names and endpoints;
     *   <li>[LIST-3] an engine that cannot be reached fails with {@code ENGINE_UNAVAILABLE}, never with an empty list.
     * </ul>
     */
    CompletionStage<List<DriverInstance>> list(PopId pop);

    /**
     * Tells a listener of every change to a point of presence's instances from now on.
     *
     * <ul>
     *   <li>[WATCH-1] an instance that dies by itself is reported {@code EXITED} within a second;
     *   <li>[WATCH-2] {@code removed} follows a stop;
     *   <li>[WATCH-3] nothing is told once the subscription is closed;
     *   <li>[WATCH-4] a listener that throws does not keep the others from hearing.
     * </ul>
     */
    Subscription watch(PopId pop, DriverListener listener);
}
