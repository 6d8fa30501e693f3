package dev.gangway.learning.estimator;

/** A prediction Q(s, ·) of the discounted return after each of K discrete actions in s. */
@FunctionalInterface
public interface ActionValue {

    /**
     * Predicts.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @return shape [rows, K]
     */
    double[] predict(float[] features, int rows);
}
