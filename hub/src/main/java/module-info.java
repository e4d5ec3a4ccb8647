/** Topics: one message to many, with history and recovery, on one node or on many. */
module dev.gibbon.hub {
    requires transitive dev.gibbon;
    requires static org.jspecify;

    exports dev.gibbon.hub;
}
