package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.PointOfPresence.Availability;

/**
 * A site as sites tell each other. What it says of itself carries its own incarnation and version, what the operator says of it a
 * version of its own: of each the higher wins, so that it does not matter in which order they are heard.
 *
 * @param popId its name
 * @param zoneId in which zone it is
 * @param doors where its ingress accepts connections of peers
 * @param ingress where devices connect to; may be empty
 * @param incarnation rises with each start of the site
 * @param version rises with each change that it makes to the fields above within one incarnation
 * @param availability what the operator says
 * @param availabilityVersion rises with each word of his
 */
public record Member(
        PopId popId,
        ZoneId zoneId,
        List<Endpoint> doors,
        List<Endpoint> ingress,
        long incarnation,
        long version,
        Availability availability,
        long availabilityVersion)
        implements Kept {
    public Member {
        requireNonNull(popId, "popId");
        requireNonNull(zoneId, "zoneId");
        doors = List.copyOf(doors);
        ingress = List.copyOf(ingress);
        requireNonNull(availability, "availability");
    }

    /** A site that the operator has said nothing of. */
    public static Member of(
            PopId popId, ZoneId zoneId, List<Endpoint> doors, List<Endpoint> ingress, long incarnation) {
        return new Member(popId, zoneId, doors, ingress, incarnation, 1, Availability.ACTIVE, 0);
    }

    @Override
    public Table table() {
        return Table.SITES;
    }

    @Override
    public String key() {
        return popId.value();
    }

    /** What is known when both are: commutative, associative and idempotent. */
    public Member merge(Member other) {
        Member self = newer(other) ? other : this;
        Member operator = later(other) ? other : this;
        return self.saying(operator.availability, operator.availabilityVersion);
    }

    /** The same with another word of the operator's. */
    public Member saying(Availability said, long saidVersion) {
        return said == availability && saidVersion == availabilityVersion
                ? this
                : new Member(popId, zoneId, doors, ingress, incarnation, version, said, saidVersion);
    }

    /** The same with other addresses, as it says of itself. */
    public Member at(List<Endpoint> nextDoors, List<Endpoint> nextIngress) {
        return nextDoors.equals(doors) && nextIngress.equals(ingress)
                ? this
                : new Member(
                        popId,
                        zoneId,
                        nextDoors,
                        nextIngress,
                        incarnation,
                        version + 1,
                        availability,
                        availabilityVersion);
    }

    private boolean newer(Member other) {
        if (other.incarnation != incarnation) {
            return other.incarnation > incarnation;
        }
        if (other.version != version) {
            return other.version > version;
        }
        // Two that claim the same version with different content: any order will do, as long as all sites have the
        // same.
        return content(other).compareTo(content(this)) > 0;
    }

    private boolean later(Member other) {
        return other.availabilityVersion != availabilityVersion
                ? other.availabilityVersion > availabilityVersion
                : other.availability.compareTo(availability) > 0;
    }

    private static String content(Member member) {
        return member.zoneId + " " + member.doors + " " + member.ingress;
    }
}
