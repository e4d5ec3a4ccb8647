package dev.gibbon.hub;

/**
 * Counts of one node's hub up to now.
 *
 * @param connections that have joined and not left
 * @param topics that this node listens to
 * @param subscriptions that are open
 * @param published messages of this node that the engine has stored
 * @param refused messages of this node that were not stored
 * @param delivered messages given to connections, each as often as it has receivers
 * @param dropped messages that slow connections missed
 * @param disconnected connections that were closed because they were slow
 * @param lost times that a subscription was told of a loss
 */
public record HubStats(
        int connections,
        int topics,
        int subscriptions,
        long published,
        long refused,
        long delivered,
        long dropped,
        long disconnected,
        long lost) {}
