package org.nearzero.examples.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client's connection: one request after the other, and perhaps a WebSocket in the end. Used by the server's one thread. */
final class HttpConnection {
    private static final int READ_AHEAD = 64 * 1024;

    private final SampleServer server;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteQueue input = new ByteQueue();
    private final ByteQueue output = new ByteQueue();

    private RequestHead head;
    private BodyReader body;
    private WebSocketEcho webSocket;
    private boolean counted;
    private boolean withinLimit;
    private boolean answering;
    private boolean lastAnswer;
    private boolean ended;

    HttpConnection(SampleServer server, SocketChannel channel, SelectionKey key) {
        this.server = server;
        this.channel = channel;
        this.key = key;
    }

    /** Reads what has arrived, and notices the end of the connection; handles nothing yet. */
    void receive(ByteBuffer scratch) {
        try {
            while (input.size() < READ_AHEAD || !answering) {
                scratch.clear();
                int count = channel.read(scratch);
                if (count < 0) {
                    ended();
                    return;
                }
                if (count == 0) {
                    return;
                }
                input.add(scratch.flip());
                if (input.size() > BodyReader.LARGEST) {
                    return;
                }
            }
            key.interestOpsAnd(~SelectionKey.OP_READ);
        } catch (IOException e) {
            close();
        }
    }

    /** Handles what was received as far as it is complete. */
    void advance() {
        try {
            while (key.isValid() && !answering && (webSocket == null ? advanceHttp() : advanceWebSocket())) {
                // as long as that gets on
            }
        } catch (BadRequestException e) {
            lastAnswer = true;
            write(Answer.Full.text(e.status(), e.getMessage() + "\n"));
        }
        if (ended && key.isValid() && output.size() == 0) {
            close();
        }
    }

    /** Writes what is left to write. */
    void flush() {
        try {
            if (output.size() > 0) {
                output.writeTo(channel);
                if (output.size() > 0) {
                    key.interestOpsOr(SelectionKey.OP_WRITE);
                    return;
                }
            }
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            written();
        } catch (IOException e) {
            close();
        }
    }

    /** Gives the answer that was due later. */
    void due(Answer.Full answer) {
        if (key.isValid()) {
            write(answer);
            advance();
        }
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // gone already, which is what was wanted
        }
        endExchange();
    }

    private void ended() {
        ended = true;
        lastAnswer = true;
        key.interestOpsAnd(~SelectionKey.OP_READ);
        if (answering || webSocket != null) {
            // Given up by the client: over before this turn's requests are counted.
            close();
        }
    }

    private boolean advanceHttp() throws BadRequestException {
        if (head == null) {
            RequestHead next = RequestHead.take(input);
            if (next == null) {
                return false;
            }
            head = next;
            lastAnswer = ended || !head.keepAlive();
            counted = Pages.counts(head);
            withinLimit = !counted || server.count().begin();
            body = BodyReader.of(head);
            if (head.names("expect", "100-continue")) {
                output.add("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                flush();
            }
        }
        if (!body.read(input)) {
            return false;
        }
        perform(withinLimit ? server.pages().answer(head, body.content()) : Answer.Full.text(500, "over limit\n"));
        return true;
    }

    private boolean advanceWebSocket() {
        webSocket.read(input, output);
        flush();
        return false;
    }

    private void perform(Answer answer) {
        if (answer instanceof Answer.Full full) {
            answering = true;
            if (full.afterMillis() > 0) {
                server.later(this, full);
            } else {
                write(full);
            }
        } else if (answer instanceof Answer.Upgrade upgrade) {
            output.add(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + upgrade.accept() + "\r\n" + identity() + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            webSocket = new WebSocketEcho();
            flush();
        } else if (answer instanceof Answer.Exit exit) {
            System.out.println("sample: told to exit with " + exit.code());
            System.out.flush();
            Runtime.getRuntime().halt(exit.code());
        }
    }

    private void write(Answer.Full answer) {
        answering = true;
        output.add(("HTTP/1.1 " + answer.status() + " " + reason(answer.status()) + "\r\nContent-Type: "
                        + answer.contentType() + "\r\nContent-Length: " + answer.body().length + "\r\n" + identity()
                        + (lastAnswer ? "Connection: close\r\n\r\n" : "\r\n"))
                .getBytes(StandardCharsets.ISO_8859_1));
        if (head == null || !head.method().equals("HEAD")) {
            output.add(answer.body());
        }
        flush();
    }

    private String identity() {
        return "X-Instance: " + server.count().instance() + "\r\nX-Max-Concurrent: "
                + server.count().mostInFlight() + "\r\n";
    }

    private void written() {
        if (webSocket != null && webSocket.closed()) {
            close();
        } else if (answering) {
            server.count().answered();
            endExchange();
            answering = false;
            head = null;
            body = null;
            if (lastAnswer) {
                close();
            } else {
                key.interestOpsOr(SelectionKey.OP_READ);
                server.again(this);
            }
        }
    }

    private void endExchange() {
        if (counted) {
            counted = false;
            server.count().end();
        }
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 413 -> "Content Too Large";
            case 426 -> "Upgrade Required";
            case 431 -> "Request Header Fields Too Large";
            default -> "Internal Server Error";
        };
    }
}
