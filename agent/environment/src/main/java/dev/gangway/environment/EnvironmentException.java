package dev.gangway.environment;

import org.jspecify.annotations.Nullable;

/**
 * Reports that an environment refused a request or failed. The message says what was expected, what was found, where,
 * and what to do.
 */
public class EnvironmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message the whole report, written for the person at the terminal
     */
    public EnvironmentException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the whole report, written for the person at the terminal
     * @param cause what was thrown first, or null
     */
    public EnvironmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
