package dev.gibbon;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One established WebSocket connection (RFC 6455), of a server or a client.
 *
 * <p>Every method may be called from any thread. A message is sent whole and in order: two threads that send at once
 * never mix their bytes. Outgoing bytes wait in a queue bounded in bytes ({@link WebSocketOptions#maxQueuedBytes()});
 * what happens at the bound is the {@link OverflowPolicy}. Bytes given to a send belong to the caller again when it
 * returns.
 *
 * <p>{@link #receive()}, {@link #receive(Duration)}, {@link #iterator()} and {@link #receiveStream()} belong to the
 * blocking style and fail with {@link IllegalStateException} in the listener style. Calls that wait fail at once on an
 * event loop's thread and name the alternative.
 */
public interface WebSocket extends Iterable<Message>, AutoCloseable {

    /**
     * Sends a text message.
     *
     * @param text the text; an unpaired surrogate cannot be sent
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     * @throws WebSocketClosedException if the connection is closing or closed
     * @throws SendQueueFullException if the queue is full and the policy says so, or the write deadline passed
     * @throws IllegalStateException if this would have to wait on an event loop's thread
     */
    void send(String text);

    /**
     * Sends a binary message.
     *
     * @param binary the payload, from its position to its limit, which stay as they are
     * @throws WebSocketClosedException if the connection is closing or closed
     * @throws SendQueueFullException if the queue is full and the policy says so, or the write deadline passed
     * @throws IllegalStateException if this would have to wait on an event loop's thread
     */
    void send(ByteBuffer binary);

    /**
     * Sends a message of the same type and payload; a borrowed message is copied once and never decoded. {@link
     * Message#compression(Compression)} says whether it is compressed, where that was agreed on.
     *
     * @param message the message, borrowed or owned
     * @throws WebSocketClosedException if the connection is closing or closed
     * @throws SendQueueFullException if the queue is full and the policy says so, or the write deadline passed
     * @throws IllegalStateException if this would have to wait on an event loop's thread
     */
    void send(Message message);

    /**
     * Sends a message that was framed once for many receivers.
     *
     * @param message the prepared message
     * @throws WebSocketClosedException if the connection is closing or closed
     * @throws SendQueueFullException if the queue is full and the policy says so, or the write deadline passed
     * @throws IllegalStateException if this would have to wait on an event loop's thread
     */
    void send(PreparedMessage message);

    /**
     * Sends a binary message.
     *
     * @param binary the payload
     * @throws WebSocketClosedException if the connection is closing or closed
     * @throws SendQueueFullException if the queue is full and the policy says so, or the write deadline passed
     * @throws IllegalStateException if this would have to wait on an event loop's thread
     */
    default void send(byte[] binary) {
        send(ByteBuffer.wrap(binary));
    }

    /**
     * Sends a message if the queue has room for it now; never waits, never throws for a full queue or a closed
     * connection, and ignores the overflow policy.
     *
     * @param message the message, borrowed or owned
     * @return what happened
     */
    SendResult trySend(Message message);

    /**
     * Sends a prepared message if the queue has room for it now; see {@link #trySend(Message)}.
     *
     * @param message the prepared message
     * @return what happened
     */
    SendResult trySend(PreparedMessage message);

    /**
     * Sends a text message if the queue has room for it now; see {@link #trySend(Message)}.
     *
     * @param text the text
     * @return what happened
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    default SendResult trySend(String text) {
        return trySend(Message.text(text));
    }

    /**
     * Opens a writer for one message of unknown length, sent as fragments (RFC 6455, 5.4) as it is written. While it is
     * open, other messages wait behind it under the same bound, control frames pass. A writer that is not closed within
     * {@link WebSocketOptions#writerTimeout()} of its last progress closes the connection with 1011.
     *
     * @param text true for a text message, whose bytes must be UTF-8
     * @return the writer; closing it ends the message
     * @throws WebSocketClosedException if the connection is closing or closed
     */
    default MessageWriter writer(boolean text) {
        return writer(text, Compression.AUTO);
    }

    /**
     * Opens a writer, as {@link #writer(boolean)}, with a choice of compression. Of {@link Compression#AUTO} the first
     * fragment decides: it is compressed, and with it the message, if more follows or it reaches the threshold.
     *
     * @param text true for a text message, whose bytes must be UTF-8
     * @param compression the choice
     * @return the writer; closing it ends the message
     * @throws WebSocketClosedException if the connection is closing or closed
     */
    MessageWriter writer(boolean text, Compression compression);

    /**
     * Takes the next message, waiting for it without limit. Messages that came before the end are still delivered;
     * then each call fails the same way.
     *
     * @return an owned message
     * @throws WebSocketClosedException when the connection has ended
     * @throws IllegalStateException in the listener style, or on an event loop's thread
     * @throws InterruptedException if the thread is interrupted while waiting; the connection stays as it is
     */
    Message receive() throws InterruptedException;

    /**
     * Takes the next message, waiting at most this long.
     *
     * @param timeout the longest wait; zero or less only looks
     * @return an owned message, or empty when the time has passed
     * @throws WebSocketClosedException when the connection has ended
     * @throws IllegalStateException in the listener style, or on an event loop's thread
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    Optional<Message> receive(Duration timeout) throws InterruptedException;

    /**
     * Takes the next message as a stream, which can be read while it is still arriving; waits for its beginning. The
     * rest of a stream that is closed early is skipped, and so is the rest of an open one by the next {@code receive}.
     *
     * @return the stream of one message
     * @throws WebSocketClosedException when the connection has ended
     * @throws IllegalStateException in the listener style, or on an event loop's thread
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    MessageStream receiveStream() throws InterruptedException;

    /**
     * Iterates over the messages that {@link #receive()} would return, and ends when the connection has ended, whatever
     * the reason; {@link #closeInfo()} tells it. An interrupt closes the connection with 1001 and ends the iteration,
     * with the thread's interrupt status set.
     *
     * @return an iterator for one thread
     */
    @Override
    Iterator<Message> iterator();

    /**
     * Sends a ping (RFC 6455, 5.5.2) and measures the time until its pong.
     *
     * @return completes on the loop's thread with the round-trip time, or exceptionally with {@link WebSocketClosedException}
     */
    CompletionStage<Duration> ping();

    /** Stops delivering messages and reading from the peer, until {@link #resume()} or a close. */
    void pause();

    /** Undoes {@link #pause()}. */
    void resume();

    /**
     * Tells what waits to be written.
     *
     * @return bytes in the outgoing queue, about 64 more for each frame; 0 when all is with the operating system
     */
    long bufferedBytes();

    /**
     * Tells when nothing waits to be written any more, in either style of application; whoever sends much looks at {@link
     * #bufferedBytes()} and goes on then. A listener has {@link WebSocketListener#onDrain} besides, for the high-water mark.
     *
     * @return completes on the loop's thread when {@link #bufferedBytes()} is 0, at once if it is, or when the connection has
     *     ended; never exceptionally. What depends on it must not block
     */
    CompletionStage<@Nullable Void> drained();

    /**
     * The connection's event loop, for tasks that belong to the connection: they run in the order in which they were given, one at a time with
     * the events of all the loop's connections, and must not block.
     *
     * @return the same object for all connections of a loop; it throws {@link java.util.concurrent.RejectedExecutionException} when the
     *     loop is closed
     */
    Executor executor();

    /** Closes with code 1000 and no reason; see {@link #close(int, String)}. */
    @Override
    default void close() {
        close(1000, "");
    }

    /**
     * Begins the closing handshake (RFC 6455, 7.1.2) after what is queued, and returns at once; it ends within {@link
     * WebSocketOptions#closeTimeout()}. Messages that arrive before the peer's Close are still delivered. Does nothing
     * when the connection is already closing or closed.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException for any other code or a longer reason
     */
    void close(int code, String reason);

    /**
     * Waits for the end of the connection, at most this long.
     *
     * @param timeout the longest wait
     * @return how it ended, or empty when the time has passed
     * @throws IllegalStateException on an event loop's thread; use {@link #closed()} there
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    Optional<CloseInfo> awaitClose(Duration timeout) throws InterruptedException;

    /**
     * Tells when and how the connection ended.
     *
     * @return completes once, on the loop's thread (so what depends on it must not block), after the last message and {@code
     *     onClose}; never exceptionally
     */
    CompletionStage<CloseInfo> closed();

    /**
     * Tells how the connection ended.
     *
     * @return the one terminal record, or null while it has not ended
     */
    @Nullable
    CloseInfo closeInfo();

    /** Cuts the connection now, without the closing handshake; what is queued is dropped and counted. */
    void abort();

    /**
     * The opening handshake's request: path, query, headers, cookies, addresses. Of a client, what it sent, after redirects the
     * last one.
     *
     * @return the request
     */
    HandshakeRequest request();

    /**
     * The opening handshake's response, for clients.
     *
     * @return the server's answer; empty for a server's connection
     */
    Optional<HandshakeResponse> response();

    /**
     * The subprotocol both sides agreed on (RFC 6455, 1.9).
     *
     * @return its name, or empty when none was chosen
     */
    Optional<String> subprotocol();

    /**
     * The extensions both sides agreed on (RFC 6455, 9.1).
     *
     * @return as in the response's {@code Sec-WebSocket-Extensions}, such as {@code permessage-deflate;
     *     server_no_context_takeover; client_no_context_takeover}; empty when there are none
     */
    String extensions();

    /**
     * Reads an attribute that the handshake hook or {@link #attribute(AttributeKey, Object)} attached.
     *
     * @param key the key
     * @param <T> the type of the value
     * @return the value, or null
     */
    <T> @Nullable T attribute(AttributeKey<T> key);

    /**
     * Attaches a value to this connection.
     *
     * @param key the key
     * @param value the value, or null to remove it
     * @param <T> the type of the value
     */
    <T> void attribute(AttributeKey<T> key, @Nullable T value);

    /**
     * The peer's address.
     *
     * @return the address as the transport tells it
     */
    SocketAddress remoteAddress();

    /**
     * Counts of this connection up to now.
     *
     * @return a snapshot
     */
    ConnectionStats stats();

    /**
     * Shows every frame of this connection, both ways, to an observer on the loop's thread; costs nothing when off.
     *
     * @param tap the observer, or null to switch it off
     */
    void tap(@Nullable FrameTap tap);
}
