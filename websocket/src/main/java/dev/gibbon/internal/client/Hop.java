package dev.gibbon.internal.client;

import dev.gibbon.protocol.handshake.WebSocketUri;

/**
 * One request of an attempt. Once a redirect has left the origin that the application named, it never counts as home again: whoever
 * redirects back chooses what is asked for there.
 *
 * @param uri where to
 * @param home whether what is the application's may be told there
 * @param authorize whether the credentials were asked for, and go along
 * @param redirectsLeft how many more may be followed
 */
record Hop(WebSocketUri uri, boolean home, boolean authorize, int redirectsLeft) {
    private static final int MOST_TOLD = 200;

    /** The same once more, with the credentials. */
    Hop authorized() {
        return new Hop(uri, home, true, redirectsLeft);
    }

    /** Where a redirect leads. */
    Hop redirected(WebSocketUri target) {
        boolean same = uri.isSameOriginAs(target);
        return new Hop(target, home && same, authorize && same, redirectsLeft - 1);
    }

    /** For messages: no query, which may hold secrets, and no user. */
    String describe() {
        return (uri.secure() ? "wss://" : "ws://") + uri.hostField() + path();
    }

    private String path() {
        String target = uri.requestTarget();
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        return end > MOST_TOLD ? target.substring(0, MOST_TOLD) + "..." : target.substring(0, end);
    }
}
