package dev.gangway.bridge.conformance;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Holds the assertions of the checks. Each throws an {@link AssertionError} that says what was expected and what was
 * found.
 */
final class Expect {
    private static final int SHOWN_CHARACTERS = 400;

    private Expect() {}

    /** A request that is expected to be refused. */
    interface Request {
        void run() throws Exception;
    }

    static void equal(Object expected, Object found) {
        equal(expected, found, "");
    }

    static void equal(Object expected, Object found, String where) {
        that(Objects.equals(expected, found), () -> sentence(expected, found, where));
    }

    static void equal(long expected, long found) {
        that(expected == found, () -> sentence(expected, found, ""));
    }

    static void equal(double expected, double found) {
        that(expected == found, () -> sentence(expected, found, ""));
    }

    static void equal(int[] expected, int[] found) {
        that(Arrays.equals(expected, found), () -> sentence(Arrays.toString(expected), Arrays.toString(found), ""));
    }

    static void notEqual(Object first, Object second) {
        that(!Objects.equals(first, second), () -> "Expected two different things, found twice " + shortened(first));
    }

    static void that(boolean condition) {
        that(condition, () -> "Expected this to hold, found that it does not");
    }

    static void that(boolean condition, Supplier<String> message) {
        if (!condition) {
            throw new AssertionError(message.get());
        }
    }

    /** Runs a request, checks that it is refused with this kind of error, and returns the error. */
    static <T extends Throwable> T refused(Class<T> kind, Request request) {
        try {
            request.run();
        } catch (Throwable thrown) {
            if (kind.isInstance(thrown)) {
                return kind.cast(thrown);
            }
            throw new AssertionError("Expected a " + kind.getSimpleName() + ", found " + thrown, thrown);
        }
        throw new AssertionError("Expected a " + kind.getSimpleName() + ", found that the request was accepted");
    }

    /**
     * Returns the message of a failed comparison. Because trajectories are long, the shown part begins just before the
     * first difference.
     */
    private static String sentence(Object expected, Object found, String where) {
        String first = String.valueOf(expected);
        String second = String.valueOf(found);
        int same = 0;
        while (same < Math.min(first.length(), second.length()) && first.charAt(same) == second.charAt(same)) {
            same++;
        }
        int from = same < SHOWN_CHARACTERS / 2 ? 0 : same - SHOWN_CHARACTERS / 8;
        String cut = from == 0 ? "" : "…";
        return "Expected " + cut + shortened(first.substring(from)) + ", found " + cut
                + shortened(second.substring(from)) + (where.isEmpty() ? "" : " (" + where + ")");
    }

    private static String shortened(Object shown) {
        String text = String.valueOf(shown);
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
