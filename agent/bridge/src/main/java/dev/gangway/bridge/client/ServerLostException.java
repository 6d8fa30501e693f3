package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;

/**
 * The environment server cannot be reached, ended, or did not answer in time. The message names its address and, for a
 * private server that died, how it ended and the last lines of its log. The environment is unusable afterwards.
 */
public final class ServerLostException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    ServerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
