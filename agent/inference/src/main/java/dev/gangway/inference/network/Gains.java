package dev.gangway.inference.network;

/**
 * How large initial weights are: an orthogonal matrix is multiplied by its layer's gain.
 *
 * @param hidden of every layer but the last, usually √2
 * @param output of the last: usually 0.01 for a policy, so that it starts near uniform, and 1 for a value function
 */
public record Gains(double hidden, double output) {}
