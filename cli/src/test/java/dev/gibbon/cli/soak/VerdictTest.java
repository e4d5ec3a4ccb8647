package dev.gibbon.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The comparison finds what it is there for: records that are not as they should be, made by hand. */
class VerdictTest {
    private static final int ROOM = 1;

    private final Ledger ledger = new Ledger(2);
    private final List<ClientRecord> records = new ArrayList<>();

    /** Messages 0 to 5: 1 in another room, 4 never acknowledged, and stored in the order 0 2 5 3. */
    @BeforeEach
    void publish() {
        for (int message = 0; message < 6; message++) {
            assertThat(ledger.said(message == 1 ? 0 : ROOM)).isEqualTo(message);
        }
        ledger.acknowledged(0, "e", 10);
        ledger.acknowledged(1, "e", 10);
        ledger.acknowledged(2, "e", 11);
        ledger.acknowledged(3, "e", 30);
        ledger.acknowledged(5, "e", 20);
    }

    @Test
    void everythingOnceInOrderIsGood() {
        client(0, 2, 5, 3);
        client(0, 2, 5, 3);
        Verdict verdict = judge();
        assertThat(verdict).isEqualTo(new Verdict(5, 8, 0, 0, 0, 0));
        assertThat(verdict.good()).isTrue();
    }

    @Test
    void nothingPublishedIsNotGood() {
        assertThat(Verdict.of(new Ledger(2), 2, records).good()).isFalse();
    }

    @Test
    void findsWhatIsLost() {
        client(0, 2, 5, 3);
        client(0, 5, 3);
        client();
        assertFault(new Verdict(5, 7, 5, 0, 0, 0));
    }

    @Test
    void findsWhatIsLostAtTheEnd() {
        client(0, 2, 5);
        assertFault(new Verdict(5, 3, 1, 0, 0, 0));
    }

    @Test
    void findsWhatIsRepeated() {
        client(0, 2, 2, 5, 3, 0);
        assertFault(new Verdict(5, 6, 0, 2, 0, 0));
    }

    @Test
    void findsWhatIsSwapped() {
        client(0, 5, 2, 3);
        assertFault(new Verdict(5, 4, 0, 0, 1, 0));
    }

    @Test
    void findsWhatNobodySaid() {
        client(0, 2, ClientRecord.FOREIGN, 5, 3);
        assertFault(new Verdict(5, 5, 0, 1, 0, 0));
        assertThat(ledger.received(1, ROOM, "e", 10)).isFalse();
        assertThat(ledger.received(6, ROOM, "e", 40)).isFalse();
        assertThat(ledger.received(-1, ROOM, "e", 40)).isFalse();
        assertThat(ledger.received(0, ROOM, "e", 10)).isTrue();
    }

    @Test
    void findsWhatStoodElsewhereForOthers() {
        client(0, 2, 5, 3);
        ledger.received(2, ROOM, "e", 12);
        ledger.received(3, ROOM, "f", 30);
        assertFault(new Verdict(5, 4, 0, 0, 2, 0));
    }

    @Test
    void whatWasNeverAcknowledgedMayComeOnceOrNot() {
        client(0, 2, 5, 3);
        client(0, 2, 4, 5, 3);
        ledger.received(4, ROOM, "e", 15);
        assertThat(judge()).isEqualTo(new Verdict(5, 9, 0, 0, 0, 0));
        client(0, 2, 4, 5, 4, 3);
        client(0, 4, 2, 5, 3);
        assertFault(new Verdict(5, 20, 0, 1, 1, 0));
    }

    @Test
    void tellsWhatWasAnnouncedFromWhatWasLost() {
        client(0, ClientRecord.MISSED, 3);
        client(2, ClientRecord.MISSED, 3);
        assertFault(new Verdict(5, 4, 1, 0, 0, 3));
    }

    @Test
    void anAnnouncementCountsEvenIfNothingWasMissing() {
        client(0, 2, ClientRecord.MISSED, 5, 3);
        assertFault(new Verdict(5, 4, 0, 0, 0, 1));
    }

    @Test
    void anAnnouncementAtTheEndExcusesTheRest() {
        client(0, 2, ClientRecord.MISSED);
        assertFault(new Verdict(5, 2, 0, 0, 0, 2));
    }

    private void client(int... told) {
        var record = new ClientRecord(ROOM);
        for (int message : told) {
            if (message == ClientRecord.MISSED) {
                record.missed();
            } else {
                record.message(message);
            }
        }
        records.add(record);
    }

    private Verdict judge() {
        return Verdict.of(ledger, 2, records);
    }

    private void assertFault(Verdict expected) {
        assertThat(judge()).isEqualTo(expected);
        assertThat(judge().good()).isFalse();
    }
}
