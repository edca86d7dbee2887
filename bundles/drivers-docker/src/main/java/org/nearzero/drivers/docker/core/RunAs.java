package org.nearzero.drivers.docker.core;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** Decides as whom an instance runs. */
public final class RunAs {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

    private static final int MOST_BITS = 31;

    private RunAs() {}

    /**
     * The user for a container.
     *
     * <ul>
     *   <li>{@code instead} is empty: as the image says, root included;
     *   <li>the image names a user that is not root: that one;
     *   <li>the image names root or, which is the same, nobody: {@code instead}.
     * </ul>
     *
     * A developer cannot ask for root: it is the operator's machine. A name that the image itself maps to user 0 passes; with
     * no capability and no new privileges it is root by name only.
     *
     * @param imageUser {@code user[:group]} as the image has it, empty for none
     * @param instead {@code user[:group]} for those that would be root; empty to leave it to the image
     * @return {@code user[:group]} to create the container with; empty to leave it to the image
     */
    public static String user(String imageUser, String instead) {
        if (instead.isEmpty()) {
            return "";
        }
        return isRoot(imageUser.split(":", 2)[0]) ? instead : "";
    }

    /** An engine reads a number as its language does, sign and leading zeros included; one that is no user's is as good as root's. */
    private static boolean isRoot(String name) {
        if (NUMBER.matcher(name).matches()) {
            BigInteger number = new BigInteger(name);
            return number.signum() <= 0 || number.bitLength() > MOST_BITS;
        }
        return name.isEmpty() || name.equals("root");
    }
}
