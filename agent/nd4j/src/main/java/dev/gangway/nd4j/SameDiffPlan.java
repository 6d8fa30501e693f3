package dev.gangway.nd4j;

import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network given as a SameDiff graph, which ND4J evaluates and differentiates: from one placeholder, the features [B, D], to one
 * variable, the outputs [B, K]. Its trainable variables, in the order of their names, are the parameters.
 *
 * <p>It can be whatever a multilayer perceptron can: a policy's network, V, or Q, alone or as a trunk or head of others. The graph
 * computes in single precision. A plan is immutable and thread-safe; it holds a copy of the graph.
 */
public final class SameDiffPlan implements NetworkPlan {
    private final byte[] graph;
    private final String input;
    private final String output;
    private final int inputs;
    private final int outputs;
    private final ParameterLayout layout;
    private final Initializer initializer;
    /** Working copies of the graph, which all networks of the plan share; each call takes one for itself. */
    private final Queue<WorkingGraph> spare = new ConcurrentLinkedQueue<>();

    /** What training begins with. */
    @FunctionalInterface
    public interface Initializer {
        /**
         * Writes the initial parameters.
         *
         * @param parameters that hold what the graph's variables hold
         * @param random the only source of randomness
         */
        void initialize(ParameterVector parameters, RandomGenerator random);
    }

    private SameDiffPlan(
            byte[] graph,
            String input,
            String output,
            int inputs,
            int outputs,
            ParameterLayout layout,
            Initializer initializer) {
        this.graph = graph;
        this.input = input;
        this.output = output;
        this.inputs = inputs;
        this.outputs = outputs;
        this.layout = layout;
        this.initializer = initializer;
    }

    /**
     * Takes a copy of a graph. Training begins with the values of its variables.
     *
     * @param input name of its only placeholder, FLOAT [-1, D]
     * @param output name of the variable [B, K] to compute
     * @throws IllegalArgumentException when the graph has no such form
     */
    public static SameDiffPlan of(SameDiff graph, String input, String output) {
        Nd4jLibrary.load();
        int inputs = inputSize(graph, input);
        ParameterLayout layout = layout(graph);
        return new SameDiffPlan(
                serialized(graph),
                input,
                output,
                inputs,
                outputSize(graph, input, inputs, output),
                layout,
                (parameters, random) -> {});
    }

    /**
     * Reads a graph that {@code SameDiff.save} has written.
     *
     * @throws IllegalArgumentException when there is no such file, or it holds something else
     */
    public static SameDiffPlan read(Path file, String input, String output) {
        Nd4jLibrary.load();
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("Expected a SameDiff graph in " + file + ", found no such file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the SameDiff graph " + file + ": " + e.getMessage(), e);
        }
        return of(graph(content, file.toString()), input, output);
    }

    /** Returns this plan with another way to begin. */
    public SameDiffPlan startingFrom(Initializer start) {
        return new SameDiffPlan(graph, input, output, inputs, outputs, layout, start);
    }

    private static int inputSize(SameDiff graph, String input) {
        if (!graph.inputs().equals(List.of(input))) {
            throw new IllegalArgumentException(
                    "Expected a graph with one placeholder, " + input + ", found the placeholders " + graph.inputs());
        }
        SDVariable features = graph.getVariable(input);
        long[] shape = features.getShape();
        if (features.dataType() != DataType.FLOAT || shape == null || shape.length != 2 || shape[1] < 1) {
            throw new IllegalArgumentException("Expected the placeholder " + input
                    + " to be FLOAT of shape [-1, features], found " + features.dataType() + " of "
                    + Arrays.toString(shape));
        }
        return Math.toIntExact(shape[1]);
    }

    private static int outputSize(SameDiff graph, String input, int inputs, String output) {
        if (!graph.hasVariable(output)) {
            throw new IllegalArgumentException("Expected a variable " + output + " as the output, found "
                    + graph.variables().stream().map(SDVariable::name).toList());
        }
        INDArray row = Nd4jArrays.of(new float[inputs], 1, inputs);
        INDArray found = graph.outputSingle(Map.of(input, row), output);
        if (found.dataType() != DataType.FLOAT || found.rank() != 2 || found.size(0) != 1) {
            throw new IllegalArgumentException("Expected the output " + output
                    + " of one row of features to be FLOAT of shape [1, outputs], found " + found.dataType() + " of "
                    + Arrays.toString(found.shape()));
        }
        return Math.toIntExact(found.size(1));
    }

    private static ParameterLayout layout(SameDiff graph) {
        ParameterLayout.Builder builder = ParameterLayout.builder();
        for (SDVariable variable : trainable(graph)) {
            if (variable.dataType() != DataType.FLOAT) {
                throw new IllegalArgumentException("Expected trainable variables of type FLOAT, found "
                        + variable.name() + " of type " + variable.dataType());
            }
            Long[] shape = Arrays.stream(variable.getArr().shape()).boxed().toArray(Long[]::new);
            builder.add(variable.name(), shape);
        }
        ParameterLayout layout = builder.build();
        if (layout.size() == 0) {
            throw new IllegalArgumentException("Expected a graph with trainable variables, found none among "
                    + graph.variables().stream().map(SDVariable::name).toList());
        }
        return layout;
    }

    private static List<SDVariable> trainable(SameDiff graph) {
        return graph.variables().stream()
                .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
                .sorted(Comparator.comparing(SDVariable::name))
                .toList();
    }

    private static byte[] serialized(SameDiff graph) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        graph.save(bytes, false);
        return bytes.toByteArray();
    }

    private static SameDiff graph(byte[] content, String place) {
        try {
            return SameDiff.load(new ByteArrayInputStream(content), false);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Expected a SameDiff graph as SameDiff.save writes it in " + place + ", found something else: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public ParameterLayout layout() {
        return layout;
    }

    @Override
    public void initialize(ParameterVector parameters, RandomGenerator random) {
        SameDiff held = graph(graph, "memory");
        for (SDVariable variable : trainable(held)) {
            parameters.assign(variable.name(), variable.getArr().dup('c').data().asDouble());
        }
        initializer.initialize(parameters, random);
    }

    @Override
    public SameDiffNetwork over(ParameterVector parameters, Kernel kernel) {
        return new SameDiffNetwork(this, parameters);
    }

    /** Returns a copy of the graph, for use outside of Gangway, whose variables hold these parameters. */
    public SameDiff toGraph(ParameterVector parameters) {
        SameDiff copy = graph(graph, "memory");
        Map<String, SDVariable> variables = new LinkedHashMap<>();
        trainable(copy).forEach(variable -> variables.put(variable.name(), variable));
        for (ParameterLayout.Slot slot : layout.slots()) {
            double[] values = parameters.toDoubles(slot.name());
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
            variables.get(slot.name()).setArray(Nd4jArrays.of(floats, shape));
        }
        return copy;
    }

    /** Takes a working copy, which must be given back. */
    WorkingGraph take() {
        WorkingGraph used = spare.poll();
        return used == null ? newWorkingGraph(DataType.FLOAT) : used;
    }

    void give(WorkingGraph used) {
        spare.add(used);
    }

    /** Makes a working copy that computes in another precision. */
    WorkingGraph newWorkingGraph(DataType type) {
        return new WorkingGraph(graph(graph, "memory"), layout, input, inputs, output, outputs, type);
    }

    @Override
    public String toString() {
        return "SameDiff graph from " + input + " [" + inputs + "] to " + output + " [" + outputs + "] with " + layout;
    }
}
