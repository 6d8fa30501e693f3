package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The form of a network, without parameters: {@link Layers#of} makes one to train, {@link NetworkSnapshots#of} one to act
 * with. Plain data, which needs no ND4J.
 */
public sealed interface NetworkPlan {
    /** Returns D, the features of a row. */
    int inputs();

    /** Returns the numbers of a row of the output. */
    int outputs();

    /** x W, or x W + b, from 0. */
    record Linear(int inputs, int outputs, boolean biased) implements NetworkPlan {}

    /** x W for a one-hot x: a trained row for each value. */
    record Embedding(int inputs, int outputs) implements NetworkPlan {}

    /**
     * Fully connected layers.
     *
     * @param sizes units of the input and of every layer, the output last
     * @param activation φ between layers
     * @param trunk whether φ follows the last layer too
     * @param gains of the initialisation
     */
    record Dense(List<Integer> sizes, Activation activation, boolean trunk, Gains gains) implements NetworkPlan {
        /** Returns a multilayer perceptron: φ after each of the hidden layers, none after the last. */
        public static Dense mlp(int inputs, List<Integer> hidden, int outputs, Activation activation, Gains gains) {
            List<Integer> sizes = new ArrayList<>(List.of(inputs));
            sizes.addAll(hidden);
            sizes.add(outputs);
            return new Dense(sizes, activation, false, gains);
        }

        @Override
        public int inputs() {
            return sizes.get(0);
        }

        @Override
        public int outputs() {
            return sizes.get(sizes.size() - 1);
        }

        int[] units() {
            return sizes.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /**
     * Convolutions, φ after each.
     *
     * @param height of the image, which is in [height, width, channels] order
     * @param width of the image
     * @param channels of the image
     * @param filters of each layer
     * @param activation φ
     * @param inputScale what inputs are multiplied by
     * @param gain of the initialisation
     */
    record Convolutions(
            int height,
            int width,
            int channels,
            List<Filters> filters,
            Activation activation,
            double inputScale,
            double gain)
            implements NetworkPlan {
        @Override
        public int inputs() {
            return height * width * channels;
        }

        @Override
        public int outputs() {
            List<Convolution> chain = chain();
            return chain.get(chain.size() - 1).outputSize();
        }

        List<Convolution> chain() {
            return Convolution.chain(height, width, channels, filters);
        }
    }

    /** A network that sees the features in another order, or some of them; {@link ChosenFeatures}. */
    record Chosen(int inputs, int[] columns, NetworkPlan network) implements NetworkPlan {
        @Override
        public int outputs() {
            return network.outputs();
        }
    }

    /** A network on the outputs of another. */
    record Sequential(NetworkPlan trunk, NetworkPlan head) implements NetworkPlan {
        @Override
        public int inputs() {
            return trunk.inputs();
        }

        @Override
        public int outputs() {
            return head.outputs();
        }
    }

    /** Networks side by side, each on the next columns; {@link BranchedNetwork}. */
    record Branched(List<Branch> branches) implements NetworkPlan {
        @Override
        public int inputs() {
            return branches.stream().mapToInt(Branch::size).sum();
        }

        @Override
        public int outputs() {
            return branches.stream()
                    .mapToInt(
                            branch -> branch.network().map(NetworkPlan::outputs).orElse(branch.size()))
                    .sum();
        }
    }

    /**
     * One of several.
     *
     * @param name unique
     * @param size columns
     * @param network what sees them; empty: they go on as they are
     */
    record Branch(String name, int size, Optional<NetworkPlan> network) {}
}
