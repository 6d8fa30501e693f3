package dev.gangway.learning.experiment;

import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.learner.PolicyStep;
import dev.gangway.learning.rollout.Rollout;
import java.util.Optional;

/**
 * One update, for observers.
 *
 * @param rollout the experience
 * @param weights ψ before normalisation
 * @param step what it did to the policy
 * @param valueFit how the value function was fitted, if there is one
 */
public record Update(Rollout rollout, Weights weights, PolicyStep step, Optional<ValueFit> valueFit) {}
