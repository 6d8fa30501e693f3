package dev.gangway.learning.policy;

import dev.gangway.environment.EnvSpec;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.DistributionFactory;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes the untrained policy of one training, when its environment is known. */
@FunctionalInterface
public interface PolicyFactory {
    /** Gain of the output layer: small, so that the first policy is near uniform, or its means near 0. */
    double OUTPUT_GAIN = 0.01;

    /**
     * Returns a new policy, and its value head if it has one.
     *
     * @param environment what each copy of the environment is, with the observations as networks see them
     * @param random for the initialisation
     * @throws IllegalArgumentException when the policy cannot act in this action space
     */
    ActorCritic make(EnvSpec environment, RandomGenerator random);

    /** Returns a multilayer perceptron of tanh layers with the distribution that fits the action space. */
    static PolicyFactory mlp(int... hidden) {
        return of(ArchitectureFactory.mlp(OUTPUT_GAIN, hidden), GaussianOptions.defaults());
    }

    /** Returns a policy with another network. */
    static PolicyFactory of(ArchitectureFactory architecture, GaussianOptions gaussian) {
        return of(architecture, gaussian, gaussian::distribution);
    }

    /** Returns a policy with another network and another distribution. */
    static PolicyFactory of(
            ArchitectureFactory architecture, GaussianOptions gaussian, DistributionFactory distribution) {
        return (environment, random) -> new ActorCritic(
                Policies.of(
                        architecture.make(environment.observationSpace()),
                        distribution.make(environment.actionSpace()),
                        gaussian,
                        random,
                        Precision.FLOAT),
                Optional.empty());
    }

    /**
     * Returns a policy whose network has V(s) as one more output.
     *
     * @param valueFactor by which the weights of that output are multiplied at first
     */
    static PolicyFactory withValueHead(
            ArchitectureFactory architecture,
            GaussianOptions gaussian,
            DistributionFactory distribution,
            double valueFactor) {
        return (environment, random) -> Policies.withValue(
                architecture.make(environment.observationSpace()),
                valueFactor,
                distribution.make(environment.actionSpace()),
                gaussian,
                random,
                Precision.FLOAT);
    }

    /** Returns a softmax of W s + b, from 0. */
    static PolicyFactory linearSoftmax() {
        return (environment, random) -> new ActorCritic(
                Policies.linearSoftmax(
                        new ObservationEncoder(environment.observationSpace()).size(),
                        environment.actionSpace(),
                        Precision.FLOAT),
                Optional.empty());
    }

    /** Returns σ(θᵀs) of the second of two actions, without a bias, from 0. */
    static PolicyFactory linearLogistic() {
        return (environment, random) -> new ActorCritic(
                Policies.linearLogistic(
                        new ObservationEncoder(environment.observationSpace()).size(),
                        environment.actionSpace(),
                        Precision.FLOAT),
                Optional.empty());
    }
}
