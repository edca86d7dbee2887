package org.nearzero.drivers.docker.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;

/** What a listener was told, in order. */
final class Heard implements DriverListener {
    final List<DriverInstance> changes = new CopyOnWriteArrayList<>();
    final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void changed(DriverInstance instance) {
        changes.add(instance);
        all.add(instance.state().toString());
    }

    @Override
    public void removed(AppInstanceId instance) {
        all.add("removed");
    }

    @Override
    public void resync() {
        all.add("resync");
    }

    @Override
    public void unavailable(String reason) {
        all.add("unavailable");
    }

    /** The detail of the instance's end, empty while it has not been told. */
    String ending(AppInstanceId id) {
        return changes.stream()
                .filter(each -> each.appInstanceId().equals(id) && each.state() == InstanceState.EXITED)
                .map(DriverInstance::detail)
                .findFirst()
                .orElse("");
    }
}
