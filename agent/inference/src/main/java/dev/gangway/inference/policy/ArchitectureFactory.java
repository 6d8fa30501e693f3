package dev.gangway.inference.policy;

import dev.gangway.environment.Space;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.NetworkPlan;
import java.util.Arrays;
import java.util.List;

/** Chooses the form of a network for a space of observations. */
@FunctionalInterface
public interface ArchitectureFactory {
    /** Gain of hidden layers that most code initialises them with. */
    double HIDDEN_GAIN = Math.sqrt(2);

    /**
     * Returns the form of a network.
     *
     * @param observations what the network sees, encoded by {@link ObservationEncoder}
     * @throws IllegalArgumentException when there is no such network for these observations
     */
    Architecture make(Space observations);

    /**
     * Returns a multilayer perceptron of tanh layers.
     *
     * @param outputGain gain of the output layer's initialisation, usually 0.01 for a policy and 1 for values
     * @param hidden units of each hidden layer
     */
    static ArchitectureFactory mlp(double outputGain, int... hidden) {
        List<Integer> sizes = Arrays.stream(hidden).boxed().toList();
        return observations -> {
            int features = new ObservationEncoder(observations).size();
            return outputs -> NetworkPlan.Dense.mlp(
                    features, sizes, outputs, Activation.TANH, new Gains(HIDDEN_GAIN, outputGain));
        };
    }
}
