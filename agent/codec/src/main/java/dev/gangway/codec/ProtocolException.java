package dev.gangway.codec;

import dev.gangway.environment.EnvironmentException;
import org.jspecify.annotations.Nullable;

/**
 * Reports that the other side sent a message that the contract forbids, because it has a defect or is not a Gangway
 * program. The error names the place in the message, what was expected and what was found. A client's environment is
 * unusable afterwards; a server refuses the request with an error of its own.
 */
public final class ProtocolException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String expected;
    private final String found;

    private ProtocolException(String place, String expected, String found) {
        super("Malformed message from the environment server: " + place + ": expected " + expected + ", found "
                + found);
        this.place = place;
        this.expected = expected;
        this.found = found;
    }

    /**
     * Returns the error of one place in a message.
     *
     * @param place the place, for example {@code StepResult.rewards}
     * @param expected what the contract demands there
     * @param found what the message holds there
     */
    public static ProtocolException at(String place, Object expected, @Nullable Object found) {
        return new ProtocolException(place, String.valueOf(expected), String.valueOf(found));
    }

    /** Returns the place in the message. */
    public String place() {
        return place;
    }

    /** Returns what the contract demands at that place. */
    public String expected() {
        return expected;
    }

    /** Returns what the message held at that place. */
    public String found() {
        return found;
    }
}
