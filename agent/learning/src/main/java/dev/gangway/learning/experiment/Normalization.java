package dev.gangway.learning.experiment;

import dev.gangway.environment.Space;
import dev.gangway.inference.configuration.ObservationMoments;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.provider.Settings;
import dev.gangway.learning.estimator.RewardScaling;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.ObservationNormalization;
import dev.gangway.v1.PolicyConfig;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a training normalises, possibly nothing.
 *
 * @param observations for π and V alike
 * @param rewards for learning alone
 */
record Normalization(Optional<InputNormalizer> observations, Optional<RewardScaling> rewards) {

    /**
     * How numbers are scaled.
     *
     * @param clip c &gt; 0, the largest size of a scaled number
     * @param epsilon ε &gt; 0, added to variances
     */
    record Limits(double clip, double epsilon) {}

    /**
     * How a training normalises, before its environment is known.
     *
     * @param observations empty: not at all
     * @param rewards empty: not at all
     * @param discount γ of the returns whose deviation rewards are measured in
     */
    record Settings(Optional<Limits> observations, Optional<Limits> rewards, double discount) {

        /** Returns what normalises nothing. */
        static Settings none() {
            return new Settings(Optional.empty(), Optional.empty(), 1);
        }

        /** Maps the normalisation of a resolved experiment. */
        static Settings of(PolicyConfig policy, EstimatorConfig estimator) {
            return new Settings(
                    limits(policy),
                    estimator.hasNormalizeRewards()
                            ? Optional.of(new Limits(
                                    estimator.getNormalizeRewards().getClip(),
                                    estimator.getNormalizeRewards().getEpsilon()))
                            : Optional.empty(),
                    estimator.getDiscount());
        }

        /** Makes the normalisation of one training, which has seen nothing. */
        Normalization make(Space seen) {
            return new Normalization(
                    observations.map(limits -> normalizer(limits, seen)),
                    rewards.map(limits -> new RewardScaling(discount, limits.clip(), limits.epsilon())));
        }
    }

    private static Optional<Limits> limits(PolicyConfig policy) {
        if (!policy.hasNormalizeObservations()) {
            return Optional.empty();
        }
        ObservationNormalization config = policy.getNormalizeObservations();
        return Optional.of(new Limits(config.getClip(), config.getEpsilon()));
    }

    private static InputNormalizer normalizer(Limits limits, Space seen) {
        return ObservationMoments.of(limits.clip(), limits.epsilon(), seen);
    }

    /** Returns the policy behind the normalisation. */
    Policy of(Policy policy) {
        return observations.map(policy::normalized).orElse(policy);
    }

    /** Returns the network behind the normalisation. */
    Network of(Network network) {
        return observations
                .<Network>map(normalizer -> new NormalizedNetwork(network, normalizer::current))
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
