package dev.gibbon.demos.echo;

import dev.gibbon.TappedFrame;
import java.util.HexFormat;

/**
 * Writes a frame as the JSON object that {@code wire.js} draws. Every value is a number, a boolean, or a string of
 * hexadecimal digits, so that nothing of what a peer sent needs to be escaped.
 */
final class WireJson {
    private static final HexFormat HEX = HexFormat.of();

    private WireJson() {}

    /**
     * One frame.
     *
     * @param missed how many frames before this one could not be shown
     */
    static String of(TappedFrame frame, long missed) {
        // A builder, not +, whose first use in a JVM takes longer than a callback may hold its loop.
        return new StringBuilder(512)
                .append("{\"in\":")
                .append(frame.incoming())
                .append(",\"time\":")
                .append(frame.time().toEpochMilli())
                .append(",\"fin\":")
                .append(frame.fin())
                .append(",\"rsv\":")
                .append(frame.rsv())
                .append(",\"opcode\":")
                .append(frame.opcode())
                .append(",\"masked\":")
                .append(frame.masked())
                .append(",\"key\":\"")
                .append(frame.masked() ? HEX.toHexDigits(frame.key()) : "")
                .append("\",\"lengthBits\":")
                .append(frame.lengthBits())
                .append(",\"length\":")
                .append(frame.payloadLength())
                .append(",\"header\":\"")
                .append(HEX.formatHex(frame.header()))
                .append("\",\"wire\":\"")
                .append(HEX.formatHex(frame.wire()))
                .append("\",\"plain\":\"")
                .append(HEX.formatHex(frame.plain()))
                .append("\",\"missed\":")
                .append(missed)
                .append('}')
                .toString();
    }
}
