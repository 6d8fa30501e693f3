package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BranchedNetworkTest {
    private static final NetworkPlan TRUNK =
            new NetworkPlan.Dense(List.of(2, 4, 3), Activation.TANH, true, new Gains(1, 1));
    private static final NetworkPlan IMAGE = new NetworkPlan.Convolutions(
            3, 4, 2, List.of(new Filters(2, 2, 1), new Filters(3, 2, 1)), Activation.TANH, 0.5, 1);
    private static final NetworkPlan.Branched BRANCHES = new NetworkPlan.Branched(List.of(
            new NetworkPlan.Branch("image", 24, Optional.of(IMAGE)),
            new NetworkPlan.Branch("kind", 3, Optional.of(new NetworkPlan.Embedding(3, 2))),
            new NetworkPlan.Branch("noise", 2, Optional.empty()),
            new NetworkPlan.Branch("speed", 2, Optional.of(TRUNK))));
    private static final NetworkPlan WHOLE = new NetworkPlan.Sequential(
            BRANCHES,
            new NetworkPlan.Dense(List.of(BRANCHES.outputs(), 5, 2), Activation.TANH, false, new Gains(1, 1)));

    private static Layer layer(NetworkPlan plan, Precision precision) {
        return LayerChecks.noisy(Layers.of(plan, new Random(7), precision));
    }

    @Test
    void backwardIsTheGradientOfTheWeightedOutputs() {
        LayerChecks.assertGradients(layer(TRUNK, Precision.DOUBLE));
        LayerChecks.assertGradients(layer(BRANCHES, Precision.DOUBLE));
        LayerChecks.assertGradients(layer(WHOLE, Precision.DOUBLE));
        LayerChecks.assertGradients(layer(
                new NetworkPlan.Branched(List.of(new NetworkPlan.Branch("only", 2, Optional.of(TRUNK)))),
                Precision.DOUBLE));
    }

    @Test
    void planAndParametersMakeTheSameSnapshotAsTheNetwork() {
        for (NetworkPlan plan : List.of(TRUNK, BRANCHES, WHOLE)) {
            Layer network = layer(plan, Precision.FLOAT);
            assertEquals(plan.inputs(), network.inputSize());
            assertEquals(plan.outputs(), network.outputSize());
            LayerChecks.assertSnapshot(network, network.snapshot());
            LayerChecks.assertSnapshot(network, plan.frozen(network.parameters().toDoubles()));
        }
    }

    @Test
    void outputsAreThoseOfTheBranchesInOrder() {
        Layer network = layer(BRANCHES, Precision.DOUBLE);
        double[] x = LayerChecks.numbers(1, 31);
        System.arraycopy(new double[] {0, 1, 0}, 0, x, 24, 3);
        double[] row = Arrays.copyOfRange(network.parameters().toDoubles("kind.layer0.weights"), 2, 4);
        double[] found = network.forward(x).output();
        assertEquals(3 * 2 + 2 + 2 + 3, found.length);
        assertArrayEquals(row, Arrays.copyOfRange(found, 6, 8), 1e-15, "an embedding is a row of its table");
        assertArrayEquals(Arrays.copyOfRange(x, 27, 29), Arrays.copyOfRange(found, 8, 10), "as they are");
        double[] speeds = x.clone();
        speeds[30] += 1;
        double[] moved = network.forward(speeds).output();
        assertArrayEquals(Arrays.copyOf(found, 10), Arrays.copyOf(moved, 10));
        assertTrue(Math.abs(found[10] - moved[10]) > 1e-6, "the last branch sees the last columns");
    }

    @Test
    void embeddingsStartAsStandardNormalNumbers() {
        double[] table = Layers.of(new NetworkPlan.Embedding(100, 50), new Random(3), Precision.DOUBLE)
                .parameters()
                .toDoubles();
        double mean = Arrays.stream(table).average().orElseThrow();
        double square = Arrays.stream(table).map(x -> x * x).average().orElseThrow();
        // Five standard errors: 1 / √5000 of the mean, √2 / √5000 of the square.
        assertEquals(0, mean, 0.071);
        assertEquals(1, square, 0.1);
    }

    @Test
    void aNetworkOfAnotherSizeIsRefused() {
        NetworkPlan table = new NetworkPlan.Embedding(3, 2);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> new NetworkPlan.Branch("kind", 4, Optional.of(table)))
                .getMessage();
        assertEquals("Expected a network for the 4 features of kind, found one for 3", message);
        String short1 = assertThrows(IllegalArgumentException.class, () -> TRUNK.frozen(new double[12 + 14]))
                .getMessage();
        assertTrue(short1.contains("27 parameters"), short1);
    }
}
