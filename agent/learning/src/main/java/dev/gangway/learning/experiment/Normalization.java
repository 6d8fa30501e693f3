package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.learning.estimator.RewardScaling;
import dev.gangway.learning.network.InputNormalizer;
import dev.gangway.learning.network.Network;
import dev.gangway.learning.network.NormalizedNetwork;
import dev.gangway.learning.policy.ObservationEncoder;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.ObservationNormalization;
import dev.gangway.v1.PolicyConfig;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What an experiment normalises, possibly nothing.
 *
 * @param observations for π and V alike
 * @param rewards for learning alone
 */
record Normalization(Optional<InputNormalizer> observations, Optional<RewardScaling> rewards) {

    /** Makes what the experiment asks for. */
    static Normalization of(PolicyConfig policy, EstimatorConfig estimator, EnvSpec spec) {
        return new Normalization(
                observations(policy, spec.observationSpace()),
                estimator.hasNormalizeRewards()
                        ? Optional.of(new RewardScaling(
                                estimator.getDiscount(),
                                estimator.getNormalizeRewards().getClip(),
                                estimator.getNormalizeRewards().getEpsilon()))
                        : Optional.empty());
    }

    static Optional<InputNormalizer> observations(PolicyConfig policy, Space observations) {
        if (!policy.hasNormalizeObservations()) {
            return Optional.empty();
        }
        ObservationNormalization config = policy.getNormalizeObservations();
        boolean[] numbers = new ObservationEncoder(observations).numbers();
        try {
            return Optional.of(new InputNormalizer(numbers, config.getClip(), config.getEpsilon()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("policy.normalize_observations: " + e.getMessage(), e);
        }
    }

    /** Returns the policy behind the normalisation. */
    Policy of(Policy policy) {
        return observations.map(policy::normalized).orElse(policy);
    }

    /** Returns the network behind the normalisation. */
    Network of(Network network) {
        return observations
                .<Network>map(normalizer -> new NormalizedNetwork(network, normalizer))
                .orElse(network);
    }

    /** Returns the batch with the rewards to learn from. */
    TrajectoryBatch scaled(TrajectoryBatch batch) {
        return rewards.map(scaling -> scaling.scaled(batch)).orElse(batch);
    }

    /** Takes a batch's observations into the moments, when nothing looks at the batch any more. */
    void observe(TrajectoryBatch batch) {
        observations.ifPresent(normalizer -> normalizer.observe(
                batch.features(),
                IntStream.range(0, batch.rows())
                        .filter(row -> batch.valid()[row])
                        .toArray()));
    }
}
