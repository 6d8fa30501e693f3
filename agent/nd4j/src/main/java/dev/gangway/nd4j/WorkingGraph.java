package dev.gangway.nd4j;

import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A copy of a graph that one thread at a time computes with, completed by Σ output · g, whose gradients with respect to
 * parameters and features are the backward pass.
 */
final class WorkingGraph {
    private static final String OUTPUT_GRADIENT = "gangway_output_gradient";
    private static final String WEIGHTED = "gangway_weighted_outputs";

    private final SameDiff graph;
    private final ParameterLayout layout;
    private final String input;
    private final int inputs;
    private final String output;
    private final int outputs;
    private final DataType type;
    /** Frozen parameters that the variables hold; null where they hold others. */
    private ParameterVector holds;

    WorkingGraph(
            SameDiff graph,
            ParameterLayout layout,
            String input,
            int inputs,
            String output,
            int outputs,
            DataType type) {
        this.graph = graph;
        this.layout = layout;
        this.input = input;
        this.inputs = inputs;
        this.output = output;
        this.outputs = outputs;
        this.type = type;
        if (type != DataType.FLOAT) {
            convert();
        }
        for (ParameterLayout.Slot slot : layout.slots()) {
            SDVariable variable = graph.getVariable(slot.name());
            variable.setArray(variable.getArr().castTo(type).dup('c'));
        }
        SDVariable weights = graph.placeHolder(OUTPUT_GRADIENT, type, -1, outputs);
        SDVariable weighted = graph.getVariable(output).mul(weights).sum();
        weighted.rename(WEIGHTED);
        graph.setLossVariables(WEIGHTED);
        graph.createGradFunction(differentiated().toArray(String[]::new));
    }

    /** Lets everything that is a float be of the other type, which {@code SameDiff.convertDataTypes} does for some operators only. */
    private void convert() {
        for (SDVariable variable : graph.variables()) {
            if (variable.dataType() != DataType.FLOAT) {
                continue;
            }
            INDArray held = variable.getVariableType() == VariableType.CONSTANT
                            || variable.getVariableType() == VariableType.VARIABLE
                    ? variable.getArr()
                    : null;
            variable.setDataType(type);
            if (held != null) {
                variable.setArray(held.castTo(type));
            }
        }
        for (SameDiffOp operator : graph.getOps().values()) {
            if (operator.getOp() instanceof ScalarOp scalar) {
                scalar.setScalar(scalar.scalar().castTo(type));
            }
        }
    }

    private List<String> differentiated() {
        List<String> names = new ArrayList<>();
        layout.slots().forEach(slot -> names.add(slot.name()));
        names.add(input);
        return names;
    }

    /** Lets the variables hold these parameters. */
    void hold(ParameterVector parameters) {
        if (parameters.isFrozen() && holds == parameters) {
            return;
        }
        hold(parameters.toDoubles());
        holds = parameters.isFrozen() ? parameters : null;
    }

    /** Lets the variables hold numbers in the layout's order. */
    void hold(double[] values) {
        holds = null;
        for (ParameterLayout.Slot slot : layout.slots()) {
            INDArray array = graph.getVariable(slot.name()).getArr();
            write(values, Math.toIntExact(slot.offset()), array);
        }
    }

    /** Returns the outputs of so many rows of features, row-major. */
    double[] outputs(double[] features, int rows) {
        INDArray seen = matrix(features, rows, inputs);
        INDArray found = graph.outputSingle(Map.of(input, seen), output);
        double[] values = read(found);
        close(found);
        close(seen);
        return values;
    }

    /**
     * Returns the gradient of Σ output · outputGradient with respect to the parameters.
     *
     * @param featureGradient overwritten by the gradient with respect to the features, or null where nobody wants it
     */
    double[] gradient(double[] features, int rows, double[] outputGradient, double[] featureGradient) {
        INDArray seen = matrix(features, rows, inputs);
        INDArray weights = matrix(outputGradient, rows, outputs);
        List<String> wanted = differentiated();
        if (featureGradient == null) {
            wanted.remove(input);
        }
        Map<String, INDArray> gradients =
                graph.calculateGradients(Map.of(input, seen, OUTPUT_GRADIENT, weights), wanted);
        double[] gradient = new double[layout.size()];
        for (ParameterLayout.Slot slot : layout.slots()) {
            double[] part = read(gradients.get(slot.name()));
            System.arraycopy(part, 0, gradient, Math.toIntExact(slot.offset()), part.length);
        }
        if (featureGradient != null) {
            System.arraycopy(read(gradients.get(input)), 0, featureGradient, 0, featureGradient.length);
        }
        gradients.values().forEach(WorkingGraph::close);
        close(seen);
        close(weights);
        return gradient;
    }

    private INDArray matrix(double[] values, int rows, int columns) {
        INDArray matrix = Nd4j.createUninitialized(type, rows, columns);
        write(values, 0, matrix);
        return matrix;
    }

    /** Overwrites a row-major array without gaps by numbers from an index on. */
    private static void write(double[] values, int from, INDArray array) {
        int count = Math.toIntExact(array.length());
        ByteBuffer memory = Nd4jArrays.memory(array);
        if (array.dataType() == DataType.DOUBLE) {
            memory.asDoubleBuffer().put(0, values, from, count);
            return;
        }
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) values[from + i];
        }
        memory.asFloatBuffer().put(0, numbers);
    }

    /** Returns the numbers of an array, row-major. */
    private static double[] read(INDArray array) {
        INDArray dense = array.dup('c');
        double[] values = dense.data().asDouble();
        dense.close();
        return values;
    }

    private static void close(INDArray array) {
        if (array.closeable() && !array.wasClosed()) {
            array.close();
        }
    }
}
