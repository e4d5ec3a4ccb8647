package dev.gibbon.cli.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What was published: each message by a number, with its room, whether it was acknowledged, and its place in the room. The place is
 * that of the acknowledgement, or what the first told who received the message; whoever tells another place contradicts.
 *
 * <p>For any thread.
 */
final class Ledger {
    private static final int FIRST = 1_024;

    private final int[] saidInRoom;
    private final int[] acknowledgedInRoom;
    private final List<String> epochs = new ArrayList<>();
    private int[] rooms = new int[FIRST];
    private boolean[] acknowledged = new boolean[FIRST];
    /** The number of the epoch from 1 on, 0 while the place is not known. */
    private int[] epoch = new int[FIRST];

    private long[] offset = new long[FIRST];
    private int said;
    private int acknowledgedAll;
    private long contradictions;

    Ledger(int roomCount) {
        saidInRoom = new int[roomCount];
        acknowledgedInRoom = new int[roomCount];
    }

    /** Somebody is about to say something in a room; returns the number of the message, which is its text. */
    synchronized int said(int room) {
        if (said == rooms.length) {
            int more = said * 2;
            rooms = Arrays.copyOf(rooms, more);
            acknowledged = Arrays.copyOf(acknowledged, more);
            epoch = Arrays.copyOf(epoch, more);
            offset = Arrays.copyOf(offset, more);
        }
        rooms[said] = room;
        saidInRoom[room]++;
        return said++;
    }

    /** A node said that the message is stored. */
    synchronized void acknowledged(int message, String inEpoch, long at) {
        if (!acknowledged[message]) {
            acknowledged[message] = true;
            acknowledgedInRoom[rooms[message]]++;
            acknowledgedAll++;
        }
        place(message, inEpoch, at);
    }

    /** Somebody in a room received it. Returns whether there is such a message in that room. */
    synchronized boolean received(int message, int room, String inEpoch, long at) {
        if (message < 0 || message >= said || rooms[message] != room) {
            return false;
        }
        place(message, inEpoch, at);
        return true;
    }

    private void place(int message, String inEpoch, long at) {
        int number = epochs.indexOf(inEpoch) + 1;
        if (number == 0) {
            epochs.add(inEpoch);
            number = epochs.size();
        }
        if (epoch[message] == 0) {
            epoch[message] = number;
            offset[message] = at;
        } else if (epoch[message] != number || offset[message] != at) {
            contradictions++;
        }
    }

    /** How often somebody told another place of a message than somebody before. */
    synchronized long contradictions() {
        return contradictions;
    }

    synchronized int said() {
        return said;
    }

    synchronized int acknowledged() {
        return acknowledgedAll;
    }

    synchronized int saidIn(int room) {
        return saidInRoom[room];
    }

    synchronized int acknowledgedIn(int room) {
        return acknowledgedInRoom[room];
    }

    synchronized boolean isAcknowledged(int message) {
        return acknowledged[message];
    }

    /** All messages of a room whose place is known, in their order. */
    synchronized int[] inOrder(int room) {
        List<Integer> messages = new ArrayList<>();
        for (int message = 0; message < said; message++) {
            if (rooms[message] == room && epoch[message] != 0) {
                messages.add(message);
            }
        }
        messages.sort((one, other) -> epoch[one] == epoch[other]
                ? Long.compare(offset[one], offset[other])
                : Integer.compare(epoch[one], epoch[other]));
        return messages.stream().mapToInt(Integer::intValue).toArray();
    }
}
