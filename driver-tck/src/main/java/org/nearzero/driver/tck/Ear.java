package org.nearzero.driver.tck;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;

/** A listener that remembers what it was told. */
final class Ear implements DriverListener {
    private final List<DriverInstance> changes = new CopyOnWriteArrayList<>();
    private final List<AppInstanceId> removals = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void changed(DriverInstance instance) {
        changes.add(instance);
        told.add("changed " + instance.appInstanceId() + " " + instance.state());
    }

    @Override
    public void removed(AppInstanceId instance) {
        removals.add(instance);
        told.add("removed " + instance);
    }

    @Override
    public void resync() {
        told.add("resync");
    }

    @Override
    public void unavailable(String reason) {
        told.add("unavailable " + reason);
    }

    /** What it was told of the instance's end; empty as long as it was not. */
    List<DriverInstance> exits(AppInstanceId instance) {
        return changes.stream()
                .filter(change -> change.appInstanceId().equals(instance) && change.state() == InstanceState.EXITED)
                .toList();
    }

    boolean heardRemovalOf(AppInstanceId instance) {
        return removals.contains(instance);
    }

    boolean heardOf(AppInstanceId instance) {
        return heardRemovalOf(instance)
                || changes.stream().anyMatch(change -> change.appInstanceId().equals(instance));
    }

    @Override
    public String toString() {
        return told.isEmpty() ? "heard nothing" : "heard " + told;
    }
}
