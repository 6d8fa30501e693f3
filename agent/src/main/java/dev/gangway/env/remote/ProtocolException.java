package dev.gangway.env.remote;

import dev.gangway.env.EnvironmentException;

/**
 * The server sent what the contract forbids: it has a defect, or it is no Gangway server. The message names the place
 * in the protocol message, what was expected and what was found. The environment is unusable afterwards.
 */
public final class ProtocolException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    /** Returns the error of a place in a message, e.g. {@code StepResult.rewards}. */
    static ProtocolException at(String place, Object expected, Object found) {
        return new ProtocolException("Malformed message from the environment server: " + place + ": expected "
                + expected + ", found " + found);
    }
}
