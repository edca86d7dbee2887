package org.nearzero.sites.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.PopId;

/** The sites that one site knows, itself included, and which of them it reaches. */
final class Members {
    private final Map<PopId, Known> members = new HashMap<>();

    private static final class Known {
        private Member member;
        private Standing standing;
        private boolean reachable;

        /** Made once per change, not once per report. */
        private void set(Member next) {
            member = next;
            standing = new Standing(next.popId(), next.zoneId(), next.availability(), reachable);
        }
    }

    /** Takes in what is known of a site; tells whether anything is new. */
    boolean merge(Member heard) {
        Known known = members.computeIfAbsent(heard.popId(), pop -> new Known());
        if (known.member == null) {
            known.set(heard);
            return true;
        }
        Member merged = known.member.merge(heard);
        if (merged.equals(known.member)) {
            return false;
        }
        known.set(merged);
        return true;
    }

    /** Whether a site is reached; nothing happens for one that nobody has told of. */
    void reached(PopId popId, boolean reachable) {
        Known known = members.get(popId);
        if (known != null && known.reachable != reachable) {
            known.reachable = reachable;
            known.set(known.member);
        }
    }

    Optional<Member> get(PopId popId) {
        return Optional.ofNullable(members.get(popId)).map(known -> known.member);
    }

    Optional<Standing> standing(PopId popId) {
        return Optional.ofNullable(members.get(popId)).map(known -> known.standing);
    }

    /** Their names, in order. */
    List<PopId> names() {
        return members.keySet().stream().sorted().toList();
    }
}
