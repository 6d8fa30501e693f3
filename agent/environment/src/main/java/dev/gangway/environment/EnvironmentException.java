package dev.gangway.environment;

import org.jspecify.annotations.Nullable;

/** An environment refused a request or failed; the message says what was expected, found, where, and what to do. */
public class EnvironmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes one with a message for people. */
    public EnvironmentException(String message) {
        super(message);
    }

    /** Makes one with a message for people and what caused it. */
    public EnvironmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
