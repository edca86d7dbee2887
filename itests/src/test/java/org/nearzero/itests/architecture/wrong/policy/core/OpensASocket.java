package org.nearzero.itests.architecture.wrong.policy.core;

import java.net.Socket;

/** Opens a socket in pure code. */
public final class OpensASocket {
    public Socket open() {
        return new Socket();
    }
}
