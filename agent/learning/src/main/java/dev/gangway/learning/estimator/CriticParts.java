package dev.gangway.learning.estimator;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.Architecture;
import dev.gangway.learning.network.Layers;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a critic may be made of.
 *
 * @param environment what each copy of the environment is, with the observations as networks see them
 * @param sharedHead V(s) as an output of the policy's network; empty when the policy has no value head
 * @param normalization puts a network behind the standardisation of observations, where the training has one
 * @param streams random numbers for the initialisation
 */
public record CriticParts(
        EnvSpec environment, Optional<Network> sharedHead, UnaryOperator<Network> normalization, Streams streams) {

    /**
     * Returns an untrained network that sees observations as the policy does.
     *
     * @param outputs 1 for V(s), the number of actions for Q(s, ·)
     * @param index 0 for the first network of a critic, 1 for the second and so on: each has random numbers of its own
     */
    public Network network(Architecture architecture, int outputs, int index) {
        return normalization.apply(
                Layers.of(architecture.plan(outputs), streams.stream("value-initialisation", index), Precision.FLOAT));
    }

    /**
     * Returns the value head of the policy's network.
     *
     * @throws IllegalArgumentException when there is none
     */
    public Network valueHead() {
        return sharedHead
                .map(normalization)
                .orElseThrow(() -> new IllegalArgumentException("Expected a policy with a value head for a critic that"
                        + " shares its network, found one without; make it by PolicyFactory.withValueHead"));
    }
}
