package dev.gangway.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.Architecture;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.provider.NetworkProvider;
import dev.gangway.inference.provider.Providers;
import dev.gangway.inference.provider.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SameDiffPlanTest {
    private static final int FEATURES = 4;

    @TempDir
    private Path directory;

    private static SameDiffPlan residual() {
        return SameDiffPlan.of(ResidualGraph.of(FEATURES, 8, 2, 0.5, 3), "features", "outputs");
    }

    private static Layer trained(SameDiffPlan plan, Precision precision) {
        ParameterVector parameters = ParameterVector.zeros(plan.layout(), precision);
        plan.initialize(parameters, new Random(1));
        return plan.over(parameters, Kernel.PLAIN_LOOPS);
    }

    @Test
    void backwardAndTangentAreThoseOfFiniteDifferencesOfTheResidualBlock() {
        Layer network = trained(residual(), Precision.DOUBLE);
        double[] x = new Random(5).doubles(3 * FEATURES, -1, 1).toArray();
        double[] w = new Random(6).doubles(3 * 2, -1, 1).toArray();
        double[] theta = network.parameters().toDoubles();
        double[] gradient = network.forward(x).backward(w);
        double[] direction = new Random(7).doubles(theta.length, -1, 1).toArray();
        double[] tangent = network.forward(x).tangent(direction);
        double along = 0;
        double backward = 0;
        for (int i = 0; i < tangent.length; i++) {
            along += w[i] * tangent[i];
        }
        for (int i = 0; i < theta.length; i++) {
            backward += gradient[i] * direction[i];
            double step = 1e-6;
            double[] moved = theta.clone();
            moved[i] += step;
            network.parameters().assign(moved);
            double up = weighted(network, x, w);
            moved[i] -= 2 * step;
            network.parameters().assign(moved);
            assertEquals((up - weighted(network, x, w)) / (2 * step), gradient[i], 1e-7, "parameter " + i);
        }
        assertEquals(backward, along, 1e-7);
    }

    private static double weighted(Layer network, double[] x, double[] w) {
        double[] outputs = network.forward(x).output();
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            sum += w[i] * outputs[i];
        }
        return sum;
    }

    @Test
    void aSnapshotDoesNotFollowTheNetworkAndALiveOneDoes() {
        Layer network = trained(residual(), Precision.FLOAT);
        Layer snapshot = network.snapshot();
        float[] features = {0.1f, -0.2f, 0.3f, 1};
        float[] before = new float[2];
        snapshot.forward(features, 1, before);
        network.parameters().assign(new double[network.parameters().size()]);
        float[] after = new float[2];
        snapshot.forward(features, 1, after);
        assertArrayEquals(before, after);
        network.forward(features, 1, after);
        assertArrayEquals(new float[2], after);
    }

    @Test
    void aSavedGraphIsTheNetworkThatTrainingBeginsWith() {
        Path file = directory.resolve("graph.fb");
        ResidualGraph.of(FEATURES, 8, 2, 0.5, 3).save(file.toFile(), false);
        SameDiffPlan read = SameDiffPlan.read(file, "features", "outputs");
        assertEquals(residual().layout().slots(), read.layout().slots());
        double[] x = {0.1, -0.2, 0.3, 1};
        assertArrayEquals(
                trained(residual(), Precision.FLOAT).forward(x).output(),
                trained(read, Precision.FLOAT).forward(x).output());
        ParameterVector moved = ParameterVector.zeros(read.layout(), Precision.FLOAT);
        moved.assign(new Random(9).doubles(moved.size(), -1, 1).toArray());
        SameDiff outside = read.toGraph(moved);
        INDArray found = outside.outputSingle(
                Map.of("features", Nd4jArrays.of(new float[] {0.1f, -0.2f, 0.3f, 1}, 1, 4)), "outputs");
        assertArrayEquals(
                read.over(moved, Kernel.PLAIN_LOOPS).forward(x).output(),
                found.data().asDouble());
    }

    @Test
    void theProviderReadsAFileAndNamesWhatDoesNotFit() {
        Path file = directory.resolve("graph.fb");
        ResidualGraph.of(FEATURES, 8, 2, 0.5, 3).save(file.toFile(), false);
        NetworkProvider provider = Providers.onClassPath().find(NetworkProvider.class, "same_diff", "policy.custom");
        ArchitectureFactory factory =
                provider.create(Settings.of("policy.custom.settings", Map.of("file", file.toString())));
        Architecture four = factory.make(Box.of(-1, 1, 4));
        assertEquals(2, four.plan(2).outputs());
        String message =
                assertThrows(IllegalArgumentException.class, () -> four.plan(3)).getMessage();
        assertTrue(message.startsWith("Expected a graph from 4 features to 3 outputs in "), message);
        assertTrue(message.endsWith("found one from 4 to 2"), message);
    }

    @Test
    void whatIsNoSuchGraphIsRefused() throws IOException {
        SameDiff graph = ResidualGraph.of(FEATURES, 8, 2, 0.5, 3);
        assertTrue(refusal(graph, "x", "outputs").contains("one placeholder, x, found the placeholders [features]"));
        assertTrue(refusal(graph, "features", "nothing").startsWith("Expected a variable nothing as the output"));
        SameDiff constant = SameDiff.create();
        constant.placeHolder("features", DataType.FLOAT, -1, 2).mul("outputs", 2);
        assertTrue(refusal(constant, "features", "outputs").startsWith("Expected a graph with trainable variables"));
        Path missing = directory.resolve("missing");
        assertEquals(
                "Expected a SameDiff graph in " + missing + ", found no such file",
                assertThrows(IllegalArgumentException.class, () -> SameDiffPlan.read(missing, "features", "outputs"))
                        .getMessage());
        Path text = Files.writeString(directory.resolve("text"), "no graph");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> SameDiffPlan.read(text, "features", "outputs"))
                .getMessage()
                .startsWith("Expected a SameDiff graph as SameDiff.save writes it in " + text));
    }

    private static String refusal(SameDiff graph, String input, String output) {
        return assertThrows(IllegalArgumentException.class, () -> SameDiffPlan.of(graph, input, output))
                .getMessage();
    }

    @Test
    void tensorsInNativeMemoryAndLiveParametersAreSharedAndOthersCopied() {
        ByteBuffer memory = ByteBuffer.allocateDirect(24).order(ByteOrder.LITTLE_ENDIAN);
        memory.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, 6});
        INDArray view = Nd4jArrays.of(Tensor.wrap(DType.FLOAT32, new int[] {2, 3}, memory));
        assertArrayEquals(new long[] {2, 3}, view.shape());
        assertEquals(6, view.getFloat(1, 2));
        memory.putFloat(20, 7);
        assertEquals(7, view.getFloat(1, 2));
        Tensor heap = Tensor.ofLongs(new int[] {2}, 3, -4);
        assertArrayEquals(new long[] {3, -4}, Nd4jArrays.of(heap).toLongVector());
        assertEquals(heap, Nd4jArrays.tensor(Nd4jArrays.of(heap)));

        Layer network = trained(residual(), Precision.FLOAT);
        INDArray bias = Nd4jArrays.of(network.parameters(), "exit.bias");
        bias.putScalar(1, 42);
        assertArrayEquals(new double[] {0, 42}, network.parameters().toDoubles("exit.bias"));
        Tensor shared = Nd4jArrays.tensor(bias);
        bias.putScalar(0, 5);
        assertEquals(Tensor.ofFloats(new int[] {2}, 5, 42), shared);
        INDArray frozen = Nd4jArrays.of(network.parameters().freeze(), "exit.bias");
        bias.putScalar(0, 6);
        assertNotEquals(bias.getFloat(0), frozen.getFloat(0));
        assertEquals(List.of(2L), List.of(frozen.length()));
    }
}
