package dev.gangway.benchmark;

import dev.gangway.network.Activation;
import dev.gangway.network.Gains;
import dev.gangway.network.Layers;
import dev.gangway.network.Network;
import dev.gangway.network.NetworkPlan;
import dev.gangway.network.NetworkSnapshot;
import dev.gangway.optim.Adam;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
        Network network = Layers.of(PLAN, random, DataType.FLOAT);
        int batch = Integer.parseInt(arguments[1]);
        switch (arguments[0]) {
            case "update" -> update(network, numbers(random, batch, INPUTS), numbers(random, batch, OUTPUTS), batch);
            case "act" -> act(network.snapshot(), numbers(random, batch, INPUTS), batch);
            default -> throw new IllegalArgumentException("Expected update or act, found " + arguments[0]);
        }
    }

    private static void update(Network network, float[] features, float[] outputGradient, int batch) {
        Adam adam = new Adam(0.9, 0.999, 1e-8);
        INDArray input = Nd4j.createFromArray(features).reshape('c', batch, INPUTS);
        INDArray weights = Nd4j.createFromArray(outputGradient).reshape('c', batch, OUTPUTS);
        Rate.print(() -> {
            try (Network.Forward forward = network.forward(input);
                    INDArray gradient = forward.backward(weights)) {
                adam.ascend(network.parameters().vector(), gradient, 1e-4);
            }
            return 1;
        });
    }

    private static void act(NetworkSnapshot snapshot, float[] features, int batch) {
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
}
