package dev.gibbon.cli.soak;

/** What one client of a room was told, in the order in which it was told. For any thread. */
final class ClientRecord {
    /** Stands for "here messages are missing", as a node has said itself. */
    static final int MISSED = -1;

    /** Stands for a message that nobody has said in this room. */
    static final int FOREIGN = -2;

    private final int room;
    private final IntList told = new IntList();
    private int messages;

    ClientRecord(int room) {
        this.room = room;
    }

    int room() {
        return room;
    }

    /** A message came. Returns how many there are now. */
    synchronized int message(int message) {
        told.add(message);
        messages++;
        return messages;
    }

    /** A node said that messages are missing. */
    synchronized void missed() {
        told.add(MISSED);
    }

    /** How many messages came. */
    synchronized int messages() {
        return messages;
    }

    /** Messages, {@link #MISSED} and {@link #FOREIGN}. */
    synchronized int[] told() {
        return told.toArray();
    }
}
