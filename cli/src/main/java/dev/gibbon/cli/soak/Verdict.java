package dev.gibbon.cli.soak;

import java.util.List;

/**
 * What comparing each client's record with the published record has shown.
 *
 * @param published messages that were acknowledged
 * @param delivered messages that clients received, all together
 * @param lost acknowledged messages that a client has not received, and of which nobody told it; summed over clients, as all below
 * @param repeated messages that a client received again, or that nobody has said
 * @param outOfOrder messages that a client received behind a later one, or in another place than others
 * @param announcedLost acknowledged messages that a client has not received and was told of; at least 1 for each time it was told
 */
record Verdict(int published, long delivered, long lost, long repeated, long outOfOrder, long announcedLost) {
    /** Whether every client has seen every message once and in order. */
    boolean good() {
        return published > 0 && lost == 0 && repeated == 0 && outOfOrder == 0 && announcedLost == 0;
    }

    /** Compares. A message that was never acknowledged may have come once, in its order, or not at all. */
    static Verdict of(Ledger ledger, int rooms, List<ClientRecord> records) {
        long delivered = 0;
        long lost = 0;
        long repeated = 0;
        long outOfOrder = ledger.contradictions();
        long announced = 0;
        for (int room = 0; room < rooms; room++) {
            int[] order = ledger.inOrder(room);
            int[] rank = ranks(order, ledger.said());
            for (ClientRecord record : records) {
                if (record.room() == room) {
                    var reading = new Reading(ledger, order, rank);
                    reading.read(record.told());
                    delivered += reading.delivered;
                    lost += reading.lost;
                    repeated += reading.repeated;
                    outOfOrder += reading.outOfOrder;
                    announced += reading.announced;
                }
            }
        }
        return new Verdict(ledger.acknowledged(), delivered, lost, repeated, outOfOrder, announced);
    }

    /** The place of each message in the order of its room. */
    private static int[] ranks(int[] order, int messages) {
        int[] rank = new int[messages];
        for (int at = 0; at < order.length; at++) {
            rank[order[at]] = at;
        }
        return rank;
    }

    /** Goes through one record. */
    private static final class Reading {
        private final Ledger ledger;
        private final int[] order;
        private final int[] rank;
        private final boolean[] seen;
        /** For each place, whether a node has said that something is missing there. */
        private final boolean[] excused;

        private long delivered;
        private long lost;
        private long repeated;
        private long outOfOrder;
        private long announced;

        Reading(Ledger ledger, int[] order, int[] rank) {
            this.ledger = ledger;
            this.order = order;
            this.rank = rank;
            seen = new boolean[order.length];
            excused = new boolean[order.length];
        }

        void read(int[] told) {
            int last = -1;
            for (int at = 0; at < told.length; at++) {
                int message = told[at];
                if (message == ClientRecord.MISSED) {
                    excuse(last + 1, next(told, at + 1));
                } else {
                    delivered++;
                    if (message == ClientRecord.FOREIGN || seen[rank[message]]) {
                        repeated++;
                    } else {
                        seen[rank[message]] = true;
                        outOfOrder += rank[message] < last ? 1 : 0;
                        last = Math.max(last, rank[message]);
                    }
                }
            }
            for (int place = 0; place < order.length; place++) {
                if (!seen[place] && ledger.isAcknowledged(order[place])) {
                    announced += excused[place] ? 1 : 0;
                    lost += excused[place] ? 0 : 1;
                }
            }
        }

        /** The place of the first message from there on, or behind the last place. */
        private int next(int[] told, int from) {
            for (int at = from; at < told.length; at++) {
                if (told[at] >= 0) {
                    return rank[told[at]];
                }
            }
            return order.length;
        }

        /** Tells that there was an announcement even if nothing of that range was missing at last. */
        private void excuse(int from, int to) {
            boolean missing = false;
            for (int place = from; place < to; place++) {
                excused[place] = true;
                missing |= ledger.isAcknowledged(order[place]);
            }
            announced += missing ? 0 : 1;
        }
    }
}
