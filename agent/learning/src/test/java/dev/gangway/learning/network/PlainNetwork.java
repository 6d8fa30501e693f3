package dev.gangway.learning.network;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.DenseLoops;

/** The definition of a multilayer perceptron, as loops over double arrays. */
final class PlainNetwork {
    private PlainNetwork() {}

    /** Returns the outputs, row-major, from the network's parameter vector alone. */
    static double[] forward(DenseLoops network, double[] features, int rows) {
        Activation activation = network.form().activation();
        double[] theta = network.parameters().toDoubles();
        var slots = network.parameters().slots();
        boolean biased = slots.stream().anyMatch(slot -> slot.name().endsWith("bias"));
        int stride = biased ? 2 : 1;
        double[] h = features;
        for (int s = 0; s < slots.size(); s += stride) {
            int inputs = slots.get(s).shape().get(0).intValue();
            int outputs = slots.get(s).shape().get(1).intValue();
            boolean last = s + stride == slots.size();
            double[] next = new double[rows * outputs];
            for (int row = 0; row < rows; row++) {
                for (int o = 0; o < outputs; o++) {
                    double sum = biased ? theta[(int) slots.get(s + 1).offset() + o] : 0;
                    for (int i = 0; i < inputs; i++) {
                        sum += h[row * inputs + i] * theta[(int) slots.get(s).offset() + i * outputs + o];
                    }
                    double activated = activation == Activation.TANH ? Math.tanh(sum) : Math.max(0, sum);
                    next[row * outputs + o] = last ? sum : activated;
                }
            }
            h = next;
        }
        return h;
    }
}
