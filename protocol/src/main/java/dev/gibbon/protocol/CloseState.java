package dev.gibbon.protocol;

/**
 * How far the closing handshake of RFC 6455, 7, has come, seen from one endpoint. The transitions are in
 * {@link Lifecycle}. Immutable, safe on any thread.
 */
public enum CloseState {
    /** No Close frame in either direction. */
    OPEN,
    /** We sent Close and wait for the peer's; what it sent before is still delivered. */
    CLOSE_SENT,
    /** The peer sent Close; ours is owed. */
    CLOSE_RECEIVED,
    /** Nothing more is sent and nothing more is accepted. */
    CLOSED,
    /** The peer broke a rule, or ended its stream without Close; ours may still be sent. */
    FAILED;

    /**
     * Whether Text, Binary and Continuation frames may be sent.
     *
     * @return true until our Close was sent: what came before the peer's fault may still be answered
     */
    public boolean maySendData() {
        // RFC 6455, 5.5.1: "The application MUST NOT send any more data frames after sending a Close frame." And,
        // of a peer's Close: "An endpoint MAY delay sending a Close frame until its current message is sent".
        return this == OPEN || this == CLOSE_RECEIVED || this == FAILED;
    }

    /**
     * Whether Ping and Pong frames may be sent.
     *
     * @return true until both Close frames have passed, or ours after the peer's fault
     */
    public boolean maySendControl() {
        // RFC 6455, 5.5.2: "an endpoint MUST send a Pong frame in response, unless it already received a Close
        // frame". A Close of ours on its way does not free us from that.
        return this != CLOSED;
    }

    /**
     * Whether our Close frame may be sent.
     *
     * @return true until it was
     */
    public boolean maySendClose() {
        return this == OPEN || this == CLOSE_RECEIVED || this == FAILED;
    }

    /**
     * Whether frames of the peer are looked at.
     *
     * @return true until its Close came or the connection failed
     */
    public boolean mayReceive() {
        // RFC 6455, 7.1.7: "An endpoint MUST NOT continue to attempt to process data (including a responding Close
        // frame) from the remote endpoint after being instructed to _Fail the WebSocket Connection_."
        return this == OPEN || this == CLOSE_SENT;
    }
}
