package dev.gibbon.internal.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;

/** Failures of several attempts, told as one exception. */
final class Failures {
    /** Enough to see what is wrong; the others are among the suppressed. */
    private static final int MOST_TOLD = 4;

    private Failures() {}

    /** The same failure with the address in its message; system calls do not tell it. */
    static IOException at(String address, IOException cause) {
        String message = cause.getMessage();
        String said = message == null || message.isEmpty() ? cause.getClass().getSimpleName() : message;
        IOException failure = cause instanceof ConnectException
                ? new ConnectException(address + ": " + said)
                : new IOException(address + ": " + said);
        failure.initCause(cause);
        return failure;
    }

    /** One failure for all: {@code what} went wrong and how each ended. */
    static IOException of(String what, List<IOException> failures) {
        if (failures.isEmpty()) {
            return new ConnectException(what);
        }
        String message = what + ": " + told(failures);
        IOException all = kind(failures, message);
        if (failures.size() == 1) {
            all.initCause(failures.get(0));
        } else {
            failures.forEach(all::addSuppressed);
        }
        return all;
    }

    /** A deadline that passed: {@code what} was under way, and how what was tried had ended. */
    static IOException timeout(String what, List<IOException> failures) {
        IOException all = new SocketTimeoutException(failures.isEmpty() ? what : what + ": " + told(failures));
        failures.forEach(all::addSuppressed);
        return all;
    }

    private static IOException kind(List<IOException> failures, String message) {
        if (failures.stream().allMatch(UnknownHostException.class::isInstance)) {
            return new UnknownHostException(message);
        }
        if (failures.stream().allMatch(SocketTimeoutException.class::isInstance)) {
            return new SocketTimeoutException(message);
        }
        return new ConnectException(message);
    }

    private static String told(List<IOException> failures) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(MOST_TOLD, failures.size()); i++) {
            text.append(i == 0 ? "" : "; ").append(failures.get(i).getMessage());
        }
        if (failures.size() > MOST_TOLD) {
            text.append("; and ").append(failures.size() - MOST_TOLD).append(" more");
        }
        return text.toString();
    }
}
