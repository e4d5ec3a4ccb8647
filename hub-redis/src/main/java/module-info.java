/** A backplane for many nodes on Redis Streams. */
// Lettuce is no named module yet.
@SuppressWarnings("requires-automatic")
module dev.gibbon.hub.redis {
    requires transitive dev.gibbon.hub;
    requires lettuce.core;
    requires static org.jspecify;

    exports dev.gibbon.hub.redis;
}
