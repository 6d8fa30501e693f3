package dev.gangway.learning.estimator;

/** Makes the baseline of one training, when its policy and its critic are there. */
@FunctionalInterface
public interface BaselineFactory {

    /**
     * Returns a new baseline.
     *
     * @throws IllegalArgumentException when the parts do not fit, such as a missing critic
     */
    Baseline make(LearningParts parts);
}
