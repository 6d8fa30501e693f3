package dev.gangway.benchmark;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.Precision;
import dev.gangway.learning.network.Layers;
import dev.gangway.learning.optimizer.Adam;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * {@code NetworkRate update|act BATCH}: how many times a second a network of 4-64-64-2 units, tanh between, is updated
 * (forward, backward, Adam) or acts, for a batch of that many rows.
 */
public final class NetworkRate {
    private static final int INPUTS = 4;
    private static final int OUTPUTS = 2;
    private static final NetworkPlan PLAN =
            new NetworkPlan.Dense(List.of(INPUTS, 64, 64, OUTPUTS), Activation.TANH, false, new Gains(Math.sqrt(2), 1));

    private NetworkRate() {}

    /** Measures one of the two. */
    public static void main(String[] arguments) {
        SplittableRandom random = new SplittableRandom(1);
        Network network = Layers.of(PLAN, random, Precision.FLOAT);
        int batch = Integer.parseInt(arguments[1]);
        switch (arguments[0]) {
            case "update" -> update(network, doubles(random, batch, INPUTS), doubles(random, batch, OUTPUTS));
            case "act" -> act(network.snapshot(), numbers(random, batch, INPUTS), batch);
            default -> throw new IllegalArgumentException("Expected update or act, found " + arguments[0]);
        }
    }

    private static void update(Network network, double[] features, double[] outputGradient) {
        Adam adam = new Adam(0.9, 0.999, 1e-8);
        Rate.print(() -> {
            double[] gradient = network.forward(features).backward(outputGradient);
            adam.ascend(network.parameters(), gradient, 1e-4);
            return 1;
        });
    }

    private static void act(Network snapshot, float[] features, int batch) {
        float[] outputs = new float[batch * OUTPUTS];
        Rate.print(() -> {
            snapshot.forward(features, batch, outputs);
            return 1;
        });
    }

    private static float[] numbers(SplittableRandom random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static double[] doubles(SplittableRandom random, int rows, int columns) {
        return DoubleStream.generate(random::nextGaussian)
                .limit((long) rows * columns)
                .toArray();
    }
}
