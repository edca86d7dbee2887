package org.nearzero.driver.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;

/** An engine in memory. It outlives the driver objects, as a real one does, and holds the ledger. */
final class FakeEngine {
    /** Hears what happens on the engine. */
    interface Events {
        void changed(DriverInstance instance);

        void removed(PopId pop, AppInstanceId instance);
    }

    static final String IMAGE = "fake:probe";

    /** An image that a test may remove. */
    static final String TRANSFERABLE = "fake:transferable";

    /** The images by their names. */
    final Map<String, FakeImage> images = new ConcurrentHashMap<>();

    final Map<AppInstanceId, FakeProcess> processes = new ConcurrentHashMap<>();
    final List<Events> events = new CopyOnWriteArrayList<>();
    /** What a broken driver leaves lying about. */
    final List<AppInstanceId> litter = new CopyOnWriteArrayList<>();

    volatile boolean down;

    FakeEngine() {
        images.put(IMAGE, FakeImage.of("config", "lower", "upper"));
        images.put(TRANSFERABLE, FakeImage.of("config of its own", "lower", "upper of its own"));
    }

    FakeProcess create(InstanceSpec spec) {
        FakeProcess process = new FakeProcess(spec, dead -> changed(dead.instance()));
        processes.put(spec.appInstanceId(), process);
        process.run();
        return process;
    }

    void changed(DriverInstance instance) {
        events.forEach(each -> each.changed(instance));
    }

    void remove(FakeProcess process) {
        process.exit(137, "");
        if (processes.remove(process.labels.appInstanceId(), process)) {
            events.forEach(each -> each.removed(process.labels.popId(), process.labels.appInstanceId()));
        }
    }

    List<String> remains(AppInstanceId instance) {
        List<String> remains = new ArrayList<>();
        processes.keySet().stream().filter(instance::equals).forEach(each -> remains.add("process " + each));
        litter.stream().filter(instance::equals).forEach(each -> remains.add("litter " + each));
        return remains;
    }
}
