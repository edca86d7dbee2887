package org.nearzero.orchestrator.core;

import java.util.List;

/**
 * What an event made of an application, and what is to be done about it.
 *
 * @param state the application afterwards
 * @param effects what is to be done, in this order
 */
public record Transition(AppState state, List<Effect> effects) {
    public Transition {
        effects = List.copyOf(effects);
    }
}
