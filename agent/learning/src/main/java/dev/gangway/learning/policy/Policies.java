package dev.gangway.learning.policy;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.learning.network.Activation;
import dev.gangway.learning.network.AppendedOutputs;
import dev.gangway.learning.network.DenseNetwork;
import dev.gangway.learning.network.Head;
import dev.gangway.learning.network.Layer;
import dev.gangway.learning.network.Layers;
import dev.gangway.learning.network.Network;
import dev.gangway.learning.network.ParameterVector;
import dev.gangway.learning.network.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The policies that exist, each for the action spaces that it fits; FLOAT for training, DOUBLE for checking gradients. */
public final class Policies {
    private Policies() {}

    /**
     * Returns π(1|s) = σ(θᵀs), without a bias, from θ = 0.
     *
     * @throws IllegalArgumentException when the action space is not a Discrete of two actions
     */
    public static Policy linearLogistic(int features, Space actions, Precision precision) {
        if (!(actions instanceof Discrete discrete) || discrete.n() != 2) {
            throw new IllegalArgumentException(
                    "Expected a Discrete action space of exactly 2 actions for the policy linear_logistic, found "
                            + actions + "; use linear_softmax or mlp for more discrete actions");
        }
        return new Policy(DenseNetwork.linear(features, 1, false, precision), new BernoulliLogit());
    }

    /**
     * Returns π(·|s) = softmax(W s + b), from W = 0 and b = 0.
     *
     * @throws IllegalArgumentException when the action space is not Discrete
     */
    public static Policy linearSoftmax(int features, Space actions, Precision precision) {
        int count = discreteCount(actions);
        return new Policy(DenseNetwork.linear(features, count, true, precision), new Categorical(count));
    }

    /**
     * Returns a multilayer perceptron with the distribution that fits the action space, see {@link Distributions#of}.
     *
     * @param hidden units of each hidden layer
     * @param outputGain gain of the last layer's initialisation, usually 0.01
     * @param gaussian for a Box, also as a part of a Tuple or Dict; means nothing for others
     * @param random for the initialisation
     * @throws IllegalArgumentException when there is no policy for such a space
     */
    public static Policy mlp(
            int features,
            Space actions,
            int[] hidden,
            Activation activation,
            double outputGain,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        Distribution distribution = gaussian.distribution(actions);
        int outputs = networkOutputs(distribution, gaussian);
        DenseNetwork network = DenseNetwork.mlp(features, hidden, outputs, activation, outputGain, random, precision);
        return new Policy(withLogStd(network, distribution, gaussian), distribution);
    }

    /**
     * As above, with another network.
     *
     * @param architecture its last arrays of parameters are the outputs' weights and bias
     */
    public static Policy of(
            Architecture architecture,
            Space actions,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        return of(architecture, gaussian.distribution(actions), gaussian, random, precision);
    }

    /** As above, with another distribution than the one that fits the action space. */
    public static Policy of(
            Architecture architecture,
            Distribution distribution,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        Layer network = Layers.of(architecture.plan(networkOutputs(distribution, gaussian)), random, precision);
        return new Policy(withLogStd(network, distribution, gaussian), distribution);
    }

    /** Those of the distribution, without the log σ that are parameters. */
    private static int networkOutputs(Distribution distribution, GaussianOptions gaussian) {
        return distribution.outputSize() - (gaussian.stateDependent() ? 0 : logStds(distribution).length);
    }

    /**
     * As above, with V(s) as one more output of the same network, behind those of the policy: two linear heads on a trunk.
     *
     * @param valueFactor by which the weights of V's output are multiplied at first
     */
    public static ActorCritic withValue(
            Architecture architecture,
            double valueFactor,
            Space actions,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        return withValue(architecture, valueFactor, gaussian.distribution(actions), gaussian, random, precision);
    }

    /** As above, with another distribution than the one that fits the action space. */
    public static ActorCritic withValue(
            Architecture architecture,
            double valueFactor,
            Distribution distribution,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        int outputs = distribution.outputSize();
        int own = networkOutputs(distribution, gaussian);
        Layer layer = Layers.of(architecture.plan(own + 1), random, precision);
        List<ParameterVector.Slot> slots = layer.parameters().slots();
        String name = slots.get(slots.size() - 2).name();
        double[] weights = layer.parameters().toDoubles(name);
        for (int i = own; i < weights.length; i += own + 1) {
            weights[i] *= layer.parameters().round(valueFactor);
        }
        layer.parameters().assign(name, weights);
        Network both = withLogStd(layer, distribution, gaussian);
        return new ActorCritic(
                new Policy(new Head(both, 0, outputs), distribution), Optional.of(new Head(both, outputs, 1)));
    }

    /** As {@link #mlp(int, Space, int[], Activation, double, GaussianOptions, RandomGenerator, Precision)}, Discrete only. */
    public static Policy mlpSoftmax(
            int features,
            Space actions,
            int[] hidden,
            Activation activation,
            double outputGain,
            RandomGenerator random,
            Precision precision) {
        discreteCount(actions);
        return mlp(features, actions, hidden, activation, outputGain, GaussianOptions.defaults(), random, precision);
    }

    /**
     * Returns a ~ N(W s + b, σ²) with one trained log σ per number of the action and W = 0, b = 0.
     *
     * @throws IllegalArgumentException when the action space is not a Box
     */
    public static Policy linearGaussian(int features, Space actions, double initialLogStd, Precision precision) {
        if (!(Distributions.of(actions, false) instanceof DiagonalGaussian gaussian)) {
            throw new IllegalArgumentException(
                    "Expected a Box action space for the linear Gaussian policy, found " + actions);
        }
        DenseNetwork network = DenseNetwork.linear(features, gaussian.actionSize(), true, precision);
        return new Policy(withLogStd(network, gaussian, new GaussianOptions(initialLogStd, false, false)), gaussian);
    }

    /** Completes a network for a distribution with log σ; returns it as it is for others. */
    private static Network withLogStd(Layer network, Distribution distribution, GaussianOptions options) {
        int[] columns = logStds(distribution);
        if (columns.length == 0) {
            return network;
        }
        if (options.stateDependent()) {
            ParameterVector parameters = network.parameters();
            List<ParameterVector.Slot> slots = parameters.slots();
            String name = slots.get(slots.size() - 1).name();
            double[] bias = parameters.toDoubles(name);
            for (int output : columns) {
                bias[output] = options.initialLogStd();
            }
            parameters.assign(name, bias);
            return network;
        }
        double[] initial = new double[columns.length];
        Arrays.fill(initial, options.initialLogStd());
        return AppendedOutputs.to(network, "log_std", columns, initial);
    }

    private static int[] logStds(Distribution distribution) {
        return distribution.logStdOutputs().toArray();
    }

    private static int discreteCount(Space actions) {
        if (actions instanceof Discrete discrete) {
            return Math.toIntExact(discrete.n());
        }
        throw new IllegalArgumentException("Expected a Discrete action space for linear_softmax, found " + actions
                + "; mlp acts in MultiDiscrete, MultiBinary, Box (float32, float64), Tuple and Dict spaces too");
    }
}
