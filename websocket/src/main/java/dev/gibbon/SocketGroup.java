package dev.gibbon;

import dev.gibbon.internal.connection.Members;

/**
 * Connections that get the same messages. A send is one task on each event loop, whatever the number of members, and never
 * waits for a slow one: that one's own queue and bound decide. At the bound, a member whose policy is DROP or FAIL misses the
 * message, which is counted; any other is closed with 1013. For any thread; sends of one thread arrive in order. A
 * connection that ends leaves the group by itself.
 */
public final class SocketGroup {
    private final Members members = new Members();

    /** Makes an empty group. */
    public SocketGroup() {}

    /**
     * Adds a connection; the sends that follow on this thread reach it.
     *
     * @param socket the connection
     * @return false if it was a member already or has ended
     */
    public boolean add(WebSocket socket) {
        return members.add(socket);
    }

    /**
     * Removes a connection.
     *
     * @param socket the connection
     * @return false if it was not a member
     */
    public boolean remove(WebSocket socket) {
        return members.remove(socket);
    }

    /**
     * Sends to every member.
     *
     * @param message the message
     */
    public void send(PreparedMessage message) {
        members.send(message);
    }

    /**
     * How many members there are.
     *
     * @return a count of a moment
     */
    public int size() {
        return members.size();
    }
}
