package dev.gangway.learning.estimator;

/**
 * V(s) = Σ_a π(a|s) Q(s, a) (Sutton and Barto 2018, section 6.6): what Q says of a state where π chooses. Were it the maximum
 * over actions, Q would be fitted to another policy than the one whose gradient is wanted. Assumes discrete actions without
 * masks.
 *
 * @param actionValue Q
 * @param policy π
 */
public record ExpectedActionValue(ActionValue actionValue, ActionProbabilities policy) implements StateValue {

    @Override
    public double[] predict(float[] features, int rows) {
        return rows == 0 ? new double[0] : of(actionValue.predict(features, rows), features, rows);
    }

    /** As {@link #predict}, where Q(s, ·) is known already: {@code q}, shape [rows, K], rows ≥ 1. */
    double[] of(double[] q, float[] features, int rows) {
        double[] expected = new double[rows];
        double[] pi = policy.of(features, rows);
        int count = q.length / rows;
        for (int row = 0; row < rows; row++) {
            for (int i = row * count; i < (row + 1) * count; i++) {
                expected[row] += pi[i] * q[i];
            }
        }
        return expected;
    }
}
