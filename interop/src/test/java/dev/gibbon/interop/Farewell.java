package dev.gibbon.interop;

/** How a connection ends: who begins the closing handshake, and with what. */
enum Farewell {
    CLIENT_1000(false, 1000, "bye"),
    CLIENT_3000(false, 3000, "done, 世界"),
    CLIENT_4999(false, 4999, ""),
    SERVER_1000(true, 1000, "that was all"),
    SERVER_1001(true, 1001, "going away"),
    SERVER_4999(true, 4999, "世界");

    private final boolean byServer;
    private final int code;
    private final String reason;

    Farewell(boolean byServer, int code, String reason) {
        this.byServer = byServer;
        this.code = code;
        this.reason = reason;
    }

    boolean byServer() {
        return byServer;
    }

    /** The code of both Closes. */
    int code() {
        return code;
    }

    /** The reason in the first Close; what the second one says is left to the implementation. */
    String reason() {
        return reason;
    }
}
