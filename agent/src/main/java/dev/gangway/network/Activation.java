package dev.gangway.network;

/** Nonlinearity between layers. */
public enum Activation {
    /** Hyperbolic tangent. */
    TANH,
    /** max(0, x). */
    RELU;

    /** Replaces numbers {@code from} to {@code to} by φ of them. */
    void apply(float[] values, int from, int to) {
        switch (this) {
            case TANH -> {
                for (int i = from; i < to; i++) {
                    double e = Math.exp(-2.0 * Math.abs(values[i]));
                    values[i] = Math.copySign((float) ((1 - e) / (1 + e)), values[i]);
                }
            }
            case RELU -> {
                for (int i = from; i < to; i++) {
                    values[i] = Math.max(0, values[i]);
                }
            }
        }
    }
}
