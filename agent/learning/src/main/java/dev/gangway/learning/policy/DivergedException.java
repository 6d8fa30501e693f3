package dev.gangway.learning.policy;

/** A policy whose outputs are no longer finite: its training has diverged. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergedException(String message) {
        super(message);
    }
}
