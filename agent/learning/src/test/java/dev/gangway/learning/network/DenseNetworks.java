package dev.gangway.learning.network;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Networks of fully connected layers, in one line. */
public final class DenseNetworks {
    private DenseNetworks() {}

    /** Returns x W, or x W + b, with every parameter 0. */
    public static Layer linear(int inputs, int outputs, boolean biased, Precision precision) {
        return Layers.of(new NetworkPlan.Linear(inputs, outputs, biased), new Random(0), precision);
    }

    /** Returns a multilayer perceptron of gain √2 in the hidden layers. */
    public static Layer mlp(
            int inputs,
            int[] hidden,
            int outputs,
            Activation activation,
            double outputGain,
            RandomGenerator random,
            Precision precision) {
        List<Integer> units = Arrays.stream(hidden).boxed().toList();
        Gains gains = new Gains(Math.sqrt(2), outputGain);
        return Layers.of(NetworkPlan.Dense.mlp(inputs, units, outputs, activation, gains), random, precision);
    }
}
