package dev.gangway.experiment;

import dev.gangway.estimator.Weights;
import dev.gangway.policy.Policy.ScoreGradient;
import dev.gangway.rollout.Rollout;
import java.util.Optional;

/**
 * One update, for observers.
 *
 * @param rollout the experience
 * @param weights ψ before normalisation
 * @param estimate the gradient and what was seen on the way
 * @param gradientNorm Euclidean norm before clipping
 * @param learningRate α of this step
 * @param valueFit how the value function was fitted, if there is one
 */
public record Update(
        Rollout rollout,
        Weights weights,
        ScoreGradient estimate,
        double gradientNorm,
        double learningRate,
        Optional<ValueFit> valueFit) {}
