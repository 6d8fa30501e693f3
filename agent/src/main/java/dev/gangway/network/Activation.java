package dev.gangway.network;

/** Nonlinearity between layers. */
public enum Activation {
    /** Hyperbolic tangent. */
    TANH,
    /** max(0, x). */
    RELU
}
