package dev.gangway.learning.estimator;

/** A prediction V(s) of the discounted return from s on. It sees observations only, so it cannot depend on actions. */
@FunctionalInterface
public interface StateValue {

    /**
     * Predicts.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @return shape [rows]
     */
    double[] predict(float[] features, int rows);
}
