package dev.gangway.wire;

import dev.gangway.env.EnvironmentException;

/**
 * The other side sent what the contract forbids: it has a defect, or it is no Gangway program. The message names the
 * place in the protocol message, what was expected and what was found. A client's environment is unusable afterwards; a
 * server refuses the request.
 */
public final class ProtocolException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    /** The message without its introduction: place, expected, found. */
    private final String detail;

    private ProtocolException(String detail) {
        super("Malformed message from the environment server: " + detail);
        this.detail = detail;
    }

    /** Returns the error of a place in a message, e.g. {@code StepResult.rewards}. */
    public static ProtocolException at(String place, Object expected, Object found) {
        return new ProtocolException(place + ": expected " + expected + ", found " + found);
    }

    /** Returns "PLACE: expected …, found …", for a program that is itself the server. */
    public String detail() {
        return detail;
    }
}
