package dev.gangway.cli;

/**
 * Reports that the command line asks for something impossible. The message says what was expected and what was found.
 */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
