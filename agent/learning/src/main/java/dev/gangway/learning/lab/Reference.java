package dev.gangway.learning.lab;

/**
 * The gradient that estimators are compared with: the mean of an unbiased estimator over many batches of its own.
 *
 * @param mean r̄, shape [P]
 * @param squaredNorm an unbiased estimate of ‖E r‖²: ‖r̄‖² less what its own noise adds, tr Cov / batches; at least 0
 */
public record Reference(double[] mean, double squaredNorm) {

    /** Collects gradients of the reference estimator. */
    public static final class Builder {
        private final Moments moments;

        /** None yet, of P = {@code size} numbers. */
        public Builder(int size) {
            moments = new Moments(size);
        }

        /** Adds the gradient of one more batch. */
        public void add(double[] gradient) {
            moments.add(gradient);
        }

        /** Returns the reference; of two batches at least. */
        public Reference build() {
            return new Reference(moments.mean(), moments.signal());
        }
    }
}
