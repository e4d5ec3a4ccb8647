package dev.gibbon.benchmarks.contender.undertow;

import io.undertow.websockets.core.AbstractReceiveListener;

/** Takes whole messages up to a limit, binary and text alike. */
abstract class WholeMessages extends AbstractReceiveListener {
    private final long maxMessageBytes;

    WholeMessages(long maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    protected final long getMaxBinaryBufferSize() {
        return maxMessageBytes;
    }

    @Override
    protected final long getMaxTextBufferSize() {
        return maxMessageBytes;
    }
}
