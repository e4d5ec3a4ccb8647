/** A backplane for many nodes on NATS with JetStream. */
// The client of NATS is no named module yet; settings hand out its builder of options.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.gibbon.hub.nats {
    requires transitive dev.gibbon.hub;
    requires transitive io.nats.jnats;
    requires static org.jspecify;

    exports dev.gibbon.hub.nats;
}
