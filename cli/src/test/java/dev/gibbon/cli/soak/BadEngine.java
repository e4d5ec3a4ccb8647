package dev.gibbon.cli.soak;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A way to a good engine on which something happens to every tenth message of a topic before a node hears of it. */
final class BadEngine implements Backplane {
    private final Backplane good;
    private final Mischief mischief;

    BadEngine(Backplane good, Mischief mischief) {
        this.good = good;
        this.mischief = mischief;
    }

    /** What happens to a message. */
    interface Mischief {
        void tenth(Entry entry, FeedListener node);
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener node) {
        return good.subscribe(topic, after, new FeedListener() {
            private int count;

            @Override
            public void entry(Entry entry) {
                count++;
                if (count % 10 == 0) {
                    mischief.tenth(entry, node);
                } else {
                    node.entry(entry);
                }
            }

            @Override
            public void lost(LossReason reason, Position now) {
                node.lost(reason, now);
            }
        });
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        return good.publish(topic, id, message);
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        return good.read(topic, after, most);
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        return good.enter(topic, members, expiry);
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        return good.leave(topic, ids);
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        return good.members(topic);
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        return good.watch(topic, listener);
    }

    @Override
    public void close() {
        good.close();
    }
}
