package dev.gangway.learning.lab;

/**
 * What one estimator makes of B batches, against an unbiased one on the same batches.
 *
 * <p>With g_b the estimator's gradient of batch b, u_b the unbiased one's, and r the {@link Reference}, whose batches are
 * others:
 *
 * <pre>
 * cosine            of ḡ and r
 * batch cosine      mean of the cosines of g_b and r: the direction of a single batch
 * bias              mean of ⟨g_b − u_b, r⟩ / ‖r‖², a fraction of the gradient along its own direction; −0.1 is a gradient that
 *                   is a tenth too short. The differences are paired, which takes the batches' own noise out
 * variance          tr Cov[g_b]
 * variance per step variance times the mean steps of a batch: that of an estimate from a single environment step, if
 *                   variance falls with 1/steps; of two estimators the one with less needs less experience
 * signal to noise   ‖E g‖² / tr Cov[g_b], the first debiased as in {@link Reference}
 * </pre>
 */
public final class EstimatorStatistics {
    private static final double Z_95 = 1.959963984540054;

    private final Reference reference;
    private final Moments moments;
    private double batchCosines;
    private final Moments biases = new Moments(1);
    private long steps;

    /** Makes the statistics of an estimator before its first batch. */
    public EstimatorStatistics(Reference reference) {
        this.reference = reference;
        moments = new Moments(reference.mean().length);
    }

    /**
     * Adds a batch.
     *
     * @param gradient g_b
     * @param unbiased u_b
     * @param batchSteps its steps
     */
    public void add(double[] gradient, double[] unbiased, int batchSteps) {
        moments.add(gradient);
        batchCosines += Moments.cosine(gradient, reference.mean());
        double bias = (Moments.dot(gradient, reference.mean()) - Moments.dot(unbiased, reference.mean()))
                / reference.squaredNorm();
        biases.add(bias);
        steps += batchSteps;
    }

    /** Returns the figures; of two batches at least. */
    public Figures figures() {
        int count = moments.count();
        double bias = biases.mean()[0];
        double spread = Math.sqrt(biases.totalVariance());
        double variance = moments.totalVariance();
        return new Figures(
                Moments.cosine(moments.mean(), reference.mean()),
                batchCosines / count,
                bias,
                Z_95 * spread / Math.sqrt(count),
                variance,
                variance * steps / count,
                moments.signal() / variance);
    }

    /**
     * The figures of one estimator; see {@link EstimatorStatistics}.
     *
     * @param cosine in [−1, 1]
     * @param batchCosine in [−1, 1]
     * @param bias as a fraction of the gradient
     * @param biasInterval half the width of the bias's 95 % confidence interval
     * @param variance ≥ 0
     * @param variancePerStep ≥ 0
     * @param signalToNoise ≥ 0; NaN when nothing varies and there is no signal
     */
    public record Figures(
            double cosine,
            double batchCosine,
            double bias,
            double biasInterval,
            double variance,
            double variancePerStep,
            double signalToNoise) {}
}
