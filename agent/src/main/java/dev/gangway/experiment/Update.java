package dev.gangway.experiment;

import dev.gangway.estimator.ValueFit;
import dev.gangway.estimator.Weights;
import dev.gangway.learner.PolicyStep;
import dev.gangway.rollout.Rollout;
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
