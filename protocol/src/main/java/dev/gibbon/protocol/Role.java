package dev.gibbon.protocol;

/**
 * Which end of the connection an {@link Engine} is. A value and not a subclass: the two ends differ in
 * masking only (RFC 6455, 5.1). Immutable, safe on any thread.
 */
public enum Role {
    /** The end that opened the connection: its frames are masked, those it receives are not. */
    CLIENT,
    /** The end that accepted the connection: its frames are not masked, those it receives are. */
    SERVER;

    /**
     * Whether frames sent by this end carry a mask.
     *
     * @return true for {@link #CLIENT}
     */
    public boolean masksOutgoing() {
        return this == CLIENT;
    }

    /**
     * Whether frames received by this end must carry a mask.
     *
     * @return true for {@link #SERVER}
     */
    public boolean expectsMaskedIncoming() {
        return this == SERVER;
    }

    /**
     * The role of the other end.
     *
     * @return the opposite role
     */
    public Role peer() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
