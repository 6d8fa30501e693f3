package dev.gangway.codec;

import dev.gangway.environment.EnvironmentException;
import org.jspecify.annotations.Nullable;

/**
 * The other side sent what the contract forbids: it has a defect, or it is no Gangway program. The message names the
 * place in the protocol message, what was expected and what was found. A client's environment is unusable afterwards; a
 * server refuses the request, in its own words.
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

    /** Returns the error of a place in a message, e.g. {@code StepResult.rewards}. */
    public static ProtocolException at(String place, Object expected, @Nullable Object found) {
        return new ProtocolException(place, String.valueOf(expected), String.valueOf(found));
    }

    /** Returns where in the message. */
    public String place() {
        return place;
    }

    /** Returns what the contract wants there. */
    public String expected() {
        return expected;
    }

    /** Returns what was there. */
    public String found() {
        return found;
    }
}
