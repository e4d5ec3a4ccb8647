package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.WebSocketListener;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.BorrowedMessage;
import java.nio.ByteBuffer;

/**
 * The listener style: calls the application on the loop, with a message that is lent for the call. It knows the listener only, so all
 * connections of an endpoint may share it; the message is the connection's own.
 */
public final class ListenerReceiver implements Receiver {
    private final WebSocketListener listener;
    private final boolean parts;
    private final String name;

    /** Makes a receiver for the connections of a listener. */
    public ListenerReceiver(WebSocketListener listener, boolean parts) {
        this(listener, parts, listener.getClass());
    }

    /** Makes a receiver that tells whose listener stands behind the one it calls. */
    public ListenerReceiver(WebSocketListener listener, boolean parts, Class<?> application) {
        this.listener = listener;
        this.parts = parts;
        this.name = application.getName();
    }

    @Override
    public boolean wantsParts() {
        return parts;
    }

    /** Whether it calls this listener. */
    public boolean calls(WebSocketListener other) {
        return listener == other;
    }

    @Override
    public void opened(Connection connection) throws Exception {
        EventLoop loop = connection.loop();
        loop.enterCallback();
        try {
            listener.onOpen(connection.socket());
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void message(Connection connection, ByteBuffer buffer, int offset, int length, boolean text)
            throws Exception {
        EventLoop loop = connection.loop();
        BorrowedMessage message = connection.borrowed();
        message.lend(buffer, offset, length, text, Thread.currentThread());
        loop.enterCallback();
        try {
            listener.onMessage(connection.socket(), message);
        } finally {
            loop.leaveCallback();
            message.takeBack();
        }
    }

    @Override
    public void part(
            Connection connection, ByteBuffer buffer, int offset, int length, boolean text, boolean first, boolean last)
            throws Exception {
        EventLoop loop = connection.loop();
        BorrowedMessage message = connection.borrowed();
        message.lend(buffer, offset, length, text, Thread.currentThread());
        loop.enterCallback();
        try {
            listener.onPart(connection.socket(), message, last);
        } finally {
            loop.leaveCallback();
            message.takeBack();
        }
    }

    /** A control frame's few bytes are copied: a view would show what comes next, perhaps another peer's. */
    private static ByteBuffer copy(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public void ping(Connection connection, ByteBuffer buffer, int offset, int length) throws Exception {
        EventLoop loop = connection.loop();
        loop.enterCallback();
        try {
            listener.onPing(connection.socket(), copy(buffer, offset, length));
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void pong(Connection connection, ByteBuffer buffer, int offset, int length) throws Exception {
        EventLoop loop = connection.loop();
        loop.enterCallback();
        try {
            listener.onPong(connection.socket(), copy(buffer, offset, length));
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void drained(Connection connection) throws Exception {
        EventLoop loop = connection.loop();
        loop.enterCallback();
        try {
            listener.onDrain(connection.socket());
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void inputEnded(Connection connection, Runnable closing) {
        closing.run();
    }

    @Override
    public void closed(Connection connection, CloseInfo info) throws Exception {
        EventLoop loop = connection.loop();
        loop.enterCallback();
        try {
            listener.onClose(connection.socket(), info);
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public String describe() {
        return name;
    }
}
