package dev.gibbon.hub;

/**
 * What a hub lets its connections ask for.
 *
 * @param topics that one node listens to at the same time, 1 or more
 * @param topicBytes UTF-8 bytes of a topic's name at most, 1 or more
 * @param topicsPerConnection subscriptions of one connection at the same time, 1 or more
 * @param publishesPerConnection messages of one connection that are not stored yet, 1 or more
 */
public record HubLimits(int topics, int topicBytes, int topicsPerConnection, int publishesPerConnection) {
    /** 100,000 topics of 256 bytes, 100 for each connection, 1,000 messages under way. */
    public static final HubLimits DEFAULT = new HubLimits(100_000, 256, 100, 1_000);

    /**
     * Makes limits.
     *
     * @param topics that one node listens to at the same time
     * @param topicBytes UTF-8 bytes of a topic's name at most
     * @param topicsPerConnection subscriptions of one connection at the same time
     * @param publishesPerConnection messages of one connection that are not stored yet
     * @throws IllegalArgumentException if one of them is below 1
     */
    public HubLimits {
        if (topics < 1 || topicBytes < 1 || topicsPerConnection < 1 || publishesPerConnection < 1) {
            throw new IllegalArgumentException("a hub's limits are 1 or more each, not " + topics + ", " + topicBytes
                    + ", " + topicsPerConnection + " and " + publishesPerConnection);
        }
    }

    /**
     * The same with another number of topics.
     *
     * @param most topics that one node listens to, 1 or more
     * @return new limits
     */
    public HubLimits withTopics(int most) {
        return new HubLimits(most, topicBytes, topicsPerConnection, publishesPerConnection);
    }

    /**
     * The same with another length of names.
     *
     * @param most UTF-8 bytes of a topic's name, 1 or more
     * @return new limits
     */
    public HubLimits withTopicBytes(int most) {
        return new HubLimits(topics, most, topicsPerConnection, publishesPerConnection);
    }

    /**
     * The same with another number of subscriptions.
     *
     * @param most subscriptions of one connection, 1 or more
     * @return new limits
     */
    public HubLimits withTopicsPerConnection(int most) {
        return new HubLimits(topics, topicBytes, most, publishesPerConnection);
    }

    /**
     * The same with another number of messages under way.
     *
     * @param most messages of one connection that are not stored yet, 1 or more
     * @return new limits
     */
    public HubLimits withPublishesPerConnection(int most) {
        return new HubLimits(topics, topicBytes, topicsPerConnection, most);
    }
}
