package dev.gibbon.hub;

import dev.gibbon.hub.Backplane.PresenceListener;
import dev.gibbon.hub.Backplane.Watch;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is present in a topic, on all nodes, as this node has heard. Changed and read while the topic is locked. */
final class TopicPresence implements PresenceListener {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");

    private final NodeTopic topic;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private boolean known;
    private volatile @Nullable Watch watch;
    private volatile boolean closed;

    TopicPresence(NodeTopic topic) {
        this.topic = topic;
    }

    /** Begins to listen. */
    void start(Backplane backplane) {
        Watch begun = backplane.watch(topic.name(), this);
        watch = begun;
        begun.started().whenComplete((first, failure) -> {
            if (first == null) {
                LOG.log(Level.WARNING, "who is present in topic " + topic.name() + " cannot be watched", failure);
                return;
            }
            topic.presenceKnown(
                    () -> {
                        first.forEach(member -> members.put(member.id(), member));
                        known = true;
                    },
                    () -> List.copyOf(members.values()));
        });
        if (closed) {
            begun.close();
        }
    }

    /** Who is present; null if that is not known yet. */
    @Nullable
    List<Member> members() {
        return known ? List.copyOf(members.values()) : null;
    }

    @Override
    public void joined(Member member) {
        topic.presenceChanged(
                () -> members.put(member.id(), member),
                () -> topic.hub().format().joined(topic.name(), member));
    }

    @Override
    public void left(String id) {
        topic.presenceChanged(
                () -> members.remove(id), () -> topic.hub().format().left(topic.name(), id));
    }

    /** Listens no more. */
    void close() {
        closed = true;
        Watch begun = watch;
        if (begun != null) {
            begun.close();
        }
    }
}
