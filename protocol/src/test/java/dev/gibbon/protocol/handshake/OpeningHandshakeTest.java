package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import org.junit.jupiter.api.Test;

class OpeningHandshakeTest {

    @Test
    void acceptsTheHandshakeOfTheRfc() {
        byte[] head = Heads.handshake()
                .with("Origin: http://example.com", "Sec-WebSocket-Protocol: chat, superchat")
                .bytes();
        Upgrade upgrade = (Upgrade) new OpeningHandshake().judge(Heads.parsed(head));
        assertThat(Heads.latin1(ResponseHead.switchingProtocols(upgrade))).isEqualTo("""
                        HTTP/1.1 101 Switching Protocols
                        Upgrade: websocket
                        Connection: Upgrade
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

                        """.replace("\n", "\r\n"));
        assertThat(upgrade.subprotocols()).containsExactly("chat", "superchat");
    }
}
