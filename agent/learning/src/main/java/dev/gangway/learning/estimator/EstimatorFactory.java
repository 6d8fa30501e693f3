package dev.gangway.learning.estimator;

/** Makes the estimator of one training, when its policy and its critic are there. */
@FunctionalInterface
public interface EstimatorFactory {

    /**
     * Returns a new estimator.
     *
     * @throws IllegalArgumentException when the parts do not fit, such as a missing critic
     */
    GradientEstimator make(LearningParts parts);
}
