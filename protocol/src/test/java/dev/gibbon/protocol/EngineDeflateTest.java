package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.DeflatePool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Two engines that agreed on permessage-deflate, back to back. */
class EngineDeflateTest {
    @Test
    void roundTrip() {
        for (DeflateParameters parameters :
                new DeflateParameters[] {DeflateParameters.NO_TAKEOVER, DeflateParameters.TAKEOVER}) {
            var agreed = new AgreedDeflate(parameters, 6, DeflatePool.unpooled());
            var server = new Engine(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 0, agreed);
            var client = new Engine(Role.CLIENT, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 7, agreed);
            for (int i = 0; i < 3; i++) {
                byte[] text = "Hello Hello Hello Hello".getBytes(StandardCharsets.UTF_8);
                ByteBuffer deflated = client.deflateMessage(ByteBuffer.wrap(text), 0, text.length, BufferPool.heap());
                assertThat(deflated.remaining()).isLessThan(text.length);
                ByteBuffer wire = ByteBuffer.allocate(100);
                client.writeFrame(wire, Opcode.TEXT, true, true, deflated);
                assertThat(server.next(wire.flip())).isEqualTo(Engine.Event.MESSAGE);
                byte[] got = new byte[server.payloadLength()];
                server.payloadBuffer().get(server.payloadOffset(), got);
                assertThat(got).isEqualTo(text);
            }
            client.release();
            server.release();
        }
    }
}
