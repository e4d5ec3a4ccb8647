package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.WebSocketListener;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.BorrowedMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The listener style: calls the application on the loop, with a message that is lent for the call. */
public final class ListenerReceiver implements Receiver {
    private final WebSocketListener listener;
    private final BorrowedMessage message = new BorrowedMessage();
    private @Nullable ConnectedSocket socket;
    private final boolean parts;
    private final String name;

    /** Makes a receiver for one connection. */
    public ListenerReceiver(WebSocketListener listener, boolean parts) {
        this(listener, parts, listener.getClass());
    }

    /** Makes a receiver for one connection, which tells whose listener stands behind the one it calls. */
    public ListenerReceiver(WebSocketListener listener, boolean parts, Class<?> application) {
        this.listener = listener;
        this.parts = parts;
        this.name = application.getName();
    }

    @Override
    public boolean wantsParts() {
        return parts;
    }

    private ConnectedSocket socket() {
        ConnectedSocket present = socket;
        if (present == null) {
            throw new IllegalStateException("not opened");
        }
        return present;
    }

    private EventLoop loop() {
        return socket().connection().loop();
    }

    @Override
    public void opened(Connection connection) throws Exception {
        socket = connection.socket();
        EventLoop loop = loop();
        loop.enterCallback();
        try {
            listener.onOpen(connection.socket());
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void message(ByteBuffer buffer, int offset, int length, boolean text) throws Exception {
        EventLoop loop = loop();
        message.lend(buffer, offset, length, text, Thread.currentThread());
        loop.enterCallback();
        try {
            listener.onMessage(socket(), message);
        } finally {
            loop.leaveCallback();
            message.takeBack();
        }
    }

    @Override
    public void part(ByteBuffer buffer, int offset, int length, boolean text, boolean first, boolean last)
            throws Exception {
        EventLoop loop = loop();
        message.lend(buffer, offset, length, text, Thread.currentThread());
        loop.enterCallback();
        try {
            listener.onPart(socket(), message, last);
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
    public void ping(ByteBuffer buffer, int offset, int length) throws Exception {
        EventLoop loop = loop();
        loop.enterCallback();
        try {
            listener.onPing(socket(), copy(buffer, offset, length));
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void pong(ByteBuffer buffer, int offset, int length) throws Exception {
        EventLoop loop = loop();
        loop.enterCallback();
        try {
            listener.onPong(socket(), copy(buffer, offset, length));
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void drained() throws Exception {
        EventLoop loop = loop();
        loop.enterCallback();
        try {
            listener.onDrain(socket());
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public void inputEnded(Runnable closing) {
        closing.run();
    }

    @Override
    public void closed(CloseInfo info) throws Exception {
        EventLoop loop = loop();
        loop.enterCallback();
        try {
            listener.onClose(socket(), info);
        } finally {
            loop.leaveCallback();
        }
    }

    @Override
    public String describe() {
        return name;
    }
}
