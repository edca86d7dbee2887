package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;

/**
 * What a driver's author tells the contract: how to make the driver, what it can run, and how to look behind its back. One is
 * made for each test and closed after it.
 *
 * <p>The programs it names talk HTTP/1.0 or later. {@link ProbeApplication} is such a program, ready to be put in an image or
 * started with {@code java}; any other with the same answers does.
 */
public interface DriverUnderTest extends AutoCloseable {
    /** A new driver object. All of those made by one {@code DriverUnderTest} work on the same engine. */
    ContainerDriver newDriver() throws Exception;

    /**
     * The optional interfaces that the driver claims, such as {@link org.nearzero.api.driver.SupportsPause}. Their rules are
     * run; for one that is not claimed the contract makes sure that the driver does not have it.
     */
    Set<Class<?>> optionalInterfaces();

    /**
     * A program that serves HTTP and ends on SIGTERM. It answers
     *
     * <ul>
     *   <li>{@link #helloPath()} with 200,
     *   <li>{@link #envPath()} with its environment, a line {@code NAME=value} each,
     *   <li>{@link #argumentsPath()} with its arguments, a line each; {@code arguments} are among them, in this order and next
     *       to one another,
     *   <li>{@link #exitPath(int)} by ending its process with that code; an answer is not needed.
     * </ul>
     */
    Workload serving(List<String> arguments);

    /** As {@link #serving}, but SIGTERM does not end it. */
    Workload ignoringTermination();

    /** A program that writes {@code lastWords} to its standard output and ends at once with {@code exitCode}. */
    Workload exiting(int exitCode, String lastWords);

    /** An artefact of a form that the driver accepts, and that does not exist. */
    Artefact missingArtefact();

    /** An artefact of a form that the driver does not accept. */
    Artefact foreignArtefact();

    /**
     * As {@link #serving} without arguments, of an artefact that is this test's own, the same at each call: the contract takes it
     * from the engine and brings it back. It cannot be had from elsewhere. Only asked of a driver that claims
     * {@link org.nearzero.api.driver.SupportsImageTransfer}.
     */
    default Workload transferable() throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " claims SupportsImageTransfer: give its rules a program in transferable()");
    }

    /**
     * Takes the {@link #transferable} artefact from the engine behind the driver's back, as if it had never been there; nothing runs of
     * it. Other images may keep what they share with it.
     */
    default void remove(Artefact artefact) throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " claims SupportsImageTransfer: have remove() take an artefact from the engine");
    }

    /**
     * A driver whose engine cannot be reached. Every driver has something that it could lose: a socket, a directory, a cluster.
     */
    ContainerDriver unreachable() throws Exception;

    /** Kills the instance's process with SIGKILL behind the driver's back. */
    void kill(DriverInstance instance) throws Exception;

    /**
     * Everything of an instance that exists now, looked up behind the driver's back: processes, containers, volumes, files; a
     * line each, for people. The contract expects some while the instance runs and none after it was stopped.
     */
    List<String> remains(AppInstanceId instance) throws Exception;

    /** Path that the serving program answers with 200. */
    default String helloPath() {
        return "/";
    }

    /** Path that the serving program answers with its environment. */
    default String envPath() {
        return "/env";
    }

    /** Path that the serving program answers with its arguments. */
    default String argumentsPath() {
        return "/args";
    }

    /** Path that ends the serving program. */
    default String exitPath(int exitCode) {
        return "/exit/" + exitCode;
    }

    /** How long the contract waits for what has to happen before it calls a rule broken; generous, for busy machines. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /**
     * How long the contract waits to hear of a death [WATCH-1]. The rule says one second; the default of thirty leaves a busy
     * machine and a busy engine room and still catches a driver that polls very slowly or not at all.
     */
    default Duration deathNotice() {
        return Duration.ofSeconds(30);
    }

    /** Removes whatever is left of this test, killing it if need be. */
    @Override
    void close() throws Exception;
}
