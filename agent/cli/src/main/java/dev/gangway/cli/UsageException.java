package dev.gangway.cli;

/** The command line asks for something that cannot be; the message says what was expected and found. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
