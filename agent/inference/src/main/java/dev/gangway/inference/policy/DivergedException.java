package dev.gangway.inference.policy;

/** A policy whose outputs are no longer finite: its training has diverged. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String found;

    DivergedException(String found) {
        this(found, "training has diverged: try a lower learning rate or max_gradient_norm", null);
    }

    private DivergedException(String found, String advice, Throwable cause) {
        super("Expected finite outputs of the policy network, found " + found + "; " + advice, cause);
        this.found = found;
    }

    /** Returns the same with other advice, for a training whose cause of divergence is known. */
    public DivergedException withAdvice(String advice) {
        return new DivergedException(found, advice, this);
    }
}
