package dev.gangway.learning.estimator;

/** Where discounting counts from; t is a step's place in its episode. */
public enum Discounting {
    /**
     * γ^t′ for the reward of step t′: the exact gradient of the discounted objective J = E[Σ_t γ^t r_t] (Sutton and
     * Barto 2018, section 13.3, whose algorithm carries γ^t).
     */
    FROM_START,

    /**
     * γ^(t′−t) for the reward of step t′ as seen from step t: what most code uses. For γ &lt; 1 it is not the gradient
     * of the discounted objective, nor of any other function in general (Nota and Thomas 2020).
     */
    FROM_ACTION;

    /** Returns the factor of what is discounted from step {@code time} on: γ^time from the start, else 1. */
    double factor(double discount, int time) {
        return this == FROM_START ? Math.pow(discount, time) : 1;
    }
}
