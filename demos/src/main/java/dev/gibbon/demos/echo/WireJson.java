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
        return "{\"in\":" + frame.incoming()
                + ",\"time\":" + frame.time().toEpochMilli()
                + ",\"fin\":" + frame.fin()
                + ",\"rsv\":" + frame.rsv()
                + ",\"opcode\":" + frame.opcode()
                + ",\"masked\":" + frame.masked()
                + ",\"key\":\"" + (frame.masked() ? HEX.toHexDigits(frame.key()) : "")
                + "\",\"lengthBits\":" + frame.lengthBits()
                + ",\"length\":" + frame.payloadLength()
                + ",\"header\":\"" + HEX.formatHex(frame.header())
                + "\",\"wire\":\"" + HEX.formatHex(frame.wire())
                + "\",\"plain\":\"" + HEX.formatHex(frame.plain())
                + "\",\"missed\":" + missed + "}";
    }
}
