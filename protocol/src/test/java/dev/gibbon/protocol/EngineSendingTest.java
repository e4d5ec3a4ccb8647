package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out: bytes, and what the caller must not ask for. */
class EngineSendingTest {
    private static final int KEY = 0x37fa213d;

    private final Engine server = new Engine(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> {
        throw new AssertionError("a server has no masks");
    });
    private final Engine client = new Engine(Role.CLIENT, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> KEY);
    private final ByteBuffer out = ByteBuffer.allocate(200_000);

    private String written() {
        String hex = Hex.of(out.flip());
        out.clear();
        return hex;
    }

    private static String hex(String transcript) {
        return Hex.of(Hex.bytes(transcript));
    }

    @Test
    void serverFrames() {
        server.writeFrame(out, Opcode.TEXT, true, false, Hex.buffer("'Hello'"));
        assertThat(written()).isEqualTo(hex("81 05 'Hello'"));
        server.writeFrame(out, Opcode.PING, true, false, Hex.buffer(""));
        server.writeFrame(out, Opcode.PONG, true, false, new byte[] {1, 2, 3, 4}, 1, 2);
        assertThat(written()).isEqualTo("89 00 8a 02 02 03");
        server.writeHeader(out, Opcode.BINARY, true, false, 1L << 33);
        assertThat(written()).isEqualTo("82 7f 00 00 00 02 00 00 00 00");
        server.writeFrame(out, Opcode.BINARY, true, false, Hex.buffer("00 01 02 03 04"), 2, 3);
        assertThat(written()).isEqualTo("82 03 02 03 04");
    }

    @Test
    void clientFramesAreMasked() {
        ByteBuffer payload = Hex.buffer("00 'Hello' 00").position(1).limit(6);
        client.writeFrame(out, Opcode.TEXT, true, false, payload.asReadOnlyBuffer());
        assertThat(written()).isEqualTo("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        assertThat(payload.position()).isEqualTo(1);
        assertThat(Hex.of(payload)).isEqualTo(hex("'Hello'"));
        byte[] array = Hex.bytes("'xHellox'");
        client.writeFrame(out, Opcode.TEXT, true, false, array, 1, 5);
        assertThat(written()).isEqualTo("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        assertThat(array).isEqualTo(Hex.bytes("'xHellox'"));
        client.writeClose(out, 1000, "ok");
        assertThat(written()).isEqualTo("88 84 37 fa 21 3d 34 12 4e 56");
    }

    @Test
    void framesInADirectBuffer() {
        ByteBuffer direct = ByteBuffer.allocateDirect(60).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        client.writeFrame(direct, Opcode.TEXT, true, false, Hex.buffer("'Hello'"));
        server.writeFrame(direct, Opcode.BINARY, true, false, ByteBuffer.allocateDirect(2));
        assertThat(Hex.of(direct.flip())).isEqualTo("81 85 37 fa 21 3d 7f 9f 4d 51 58 82 02 00 00");
    }

    @Test
    void fragments() {
        server.writeFrame(out, Opcode.TEXT, false, false, Hex.buffer("'Hel'"));
        server.writeFrame(out, Opcode.PING, true, false, Hex.buffer(""));
        assertThatThrownBy(() -> server.writeFrame(out, Opcode.TEXT, true, false, Hex.buffer("")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.writeHeader(out, Opcode.BINARY, true, false, 1))
                .isInstanceOf(IllegalStateException.class);
        server.writeFrame(out, Opcode.CONTINUATION, false, false, Hex.buffer("'l'"));
        server.writeHeader(out, Opcode.CONTINUATION, true, false, 1);
        out.put((byte) 'o');
        assertThat(written()).isEqualTo(hex("01 03 'Hel' 89 00 00 01 'l' 80 01 'o'"));
        assertThatThrownBy(() -> server.writeFrame(out, Opcode.CONTINUATION, true, false, Hex.buffer("")))
                .isInstanceOf(IllegalStateException.class);
        server.writeFrame(out, Opcode.BINARY, true, false, Hex.buffer(""));
        assertThat(written()).isEqualTo("82 00");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65535, 65536})
    void roomIsCheckedBeforeAnythingIsWritten(int length) {
        for (Engine engine : new Engine[] {server, client}) {
            int size = engine.headerLength(length) + length;
            assertThat(engine.headerLength(length))
                    .isEqualTo((length < 126 ? 2 : length < 65536 ? 4 : 10) + (engine == client ? 4 : 0));
            ByteBuffer tight = ByteBuffer.allocate(size - 1);
            assertThatThrownBy(() -> engine.writeFrame(tight, Opcode.TEXT, false, false, ByteBuffer.allocate(length)))
                    .isInstanceOf(BufferOverflowException.class);
            assertThatThrownBy(() -> engine.writeFrame(tight, Opcode.TEXT, false, false, new byte[length], 0, length))
                    .isInstanceOf(BufferOverflowException.class);
            assertThat(tight.position()).isZero();
            ByteBuffer fitting = ByteBuffer.allocate(size);
            // The failed attempts left no message open.
            engine.writeFrame(fitting, Opcode.TEXT, true, false, ByteBuffer.allocate(length));
            assertThat(fitting.hasRemaining()).isFalse();
        }
    }

    @Test
    void headersAndClosesNeedRoomToo() {
        assertThatThrownBy(() -> server.writeClose(ByteBuffer.allocate(3), 1000, ""))
                .isInstanceOf(BufferOverflowException.class);
        assertThat(server.state()).isEqualTo(CloseState.OPEN);
        assertThatThrownBy(() -> server.writeHeader(ByteBuffer.allocate(3), Opcode.TEXT, false, false, 126))
                .isInstanceOf(BufferOverflowException.class);
        server.writeFrame(out, Opcode.TEXT, true, false, Hex.buffer("")); // no message was left open
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> server.writeFrame(out, Opcode.TEXT, true, false, new byte[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> server.writeFrame(out, Opcode.TEXT, true, false, ByteBuffer.allocate(4), 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(out.position()).isZero();
    }

    @Test
    void aClientMayMaskAPayloadInPieces() {
        byte[] payload = {1, 2, 3, 4, 5};
        int key = client.writeMaskedHeader(out, Opcode.BINARY, true, false, 5);
        Masking.copy(ByteBuffer.wrap(payload), 0, out, out.position(), 3, key, 0);
        Masking.copy(ByteBuffer.wrap(payload), 3, out, out.position() + 3, 2, key, 3);
        out.position(out.position() + 5).flip();
        assertThat(server.next(out)).isEqualTo(Engine.Event.MESSAGE);
        assertThat(server.payloadLength()).isEqualTo(5);
        assertThat(server.payloadBuffer().get(server.payloadOffset() + 4)).isEqualTo((byte) 5);
        assertThatThrownBy(() -> server.writeMaskedHeader(out, Opcode.TEXT, true, false, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("writeHeader");
        assertThatThrownBy(() -> client.writeMaskedHeader(ByteBuffer.allocate(5), Opcode.TEXT, true, false, 1))
                .isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void aClientsPayloadIsNeverSentAsItIs() {
        assertThatThrownBy(() -> client.writeHeader(out, Opcode.TEXT, true, false, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("writeFrame");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void mistakesWriteNothing(Role role) {
        Engine engine = role == Role.SERVER ? server : client;
        assertThatThrownBy(() -> engine.writeFrame(out, Opcode.TEXT, true, true, Hex.buffer("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.writeFrame(out, Opcode.CLOSE, true, false, Hex.buffer("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.writeFrame(out, Opcode.PING, true, false, Hex.buffer("00*126")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.writeClose(out, 1006, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.writeClose(out, 1000, "x".repeat(124)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.position()).isZero();
        assertThat(engine.state()).isEqualTo(CloseState.OPEN);
    }

    @Test
    void closeInTheMiddleOfAMessage() {
        server.writeFrame(out, Opcode.TEXT, false, false, Hex.buffer("'a'"));
        server.writeClose(out, 1011, "");
        assertThat(written()).isEqualTo(hex("01 01 'a' 88 02 03 f3"));
    }
}
