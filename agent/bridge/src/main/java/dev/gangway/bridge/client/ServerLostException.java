package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;

/**
 * Reports that the environment server cannot be reached, has ended, or did not answer in time. The message names its
 * address and, for a private server that ended, how it ended and the last lines of its log. The environment is unusable
 * afterwards.
 */
public final class ServerLostException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    ServerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
