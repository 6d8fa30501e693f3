package dev.gangway.inference.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Networks side by side, each on its own columns of the features; the output is theirs, one after the other.
 */
public final class BranchedNetwork implements Layer {
    private final List<Branch> branches;
    private final ParameterVector parameters;
    private final int inputSize;
    private final int outputSize;

    /**
     * The next columns of the features.
     *
     * @param size columns
     * @param network what sees them; empty: they become outputs as they are
     */
    public record Branch(int size, Optional<Layer> network) {
        int outputs() {
            return network.map(Layer::outputSize).orElse(size);
        }
    }

    /**
     * Joins networks.
     *
     * @param branches in the order of their columns; their networks lie over the parameters, one after the other
     * @param parameters of all of them
     */
    BranchedNetwork(List<Branch> branches, ParameterVector parameters) {
        this.branches = List.copyOf(branches);
        this.parameters = parameters;
        inputSize = branches.stream().mapToInt(Branch::size).sum();
        outputSize = branches.stream().mapToInt(Branch::outputs).sum();
    }

    /** Returns the branches in the order of their columns. */
    public List<Branch> branches() {
        return branches;
    }

    @Override
    public BranchedNetwork over(ParameterVector elsewhere) {
        Iterator<ParameterVector> parts = elsewhere
                .split(branches.stream()
                        .flatMap(branch -> branch.network().stream())
                        .map(network -> network.parameters().layout())
                        .toList())
                .iterator();
        List<Branch> moved = new ArrayList<>();
        for (Branch branch : branches) {
            moved.add(new Branch(branch.size(), branch.network().map(network -> network.over(parts.next()))));
        }
        return new BranchedNetwork(moved, elsewhere);
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int outputSize() {
        return outputSize;
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        int from = 0;
        int to = 0;
        for (Branch branch : branches) {
            float[] input = new float[rows * branch.size()];
            copyColumns(features, inputSize, from, input, branch.size(), 0, rows, branch.size());
            float[] output = input;
            if (branch.network().isPresent()) {
                output = new float[rows * branch.outputs()];
                branch.network().get().forward(input, rows, output);
            }
            copyColumns(output, branch.outputs(), 0, outputs, outputSize, to, rows, branch.outputs());
            from += branch.size();
            to += branch.outputs();
        }
    }

    private static void copyColumns(
            float[] source, int sourceWidth, int from, float[] target, int targetWidth, int to, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(source, row * sourceWidth + from, target, row * targetWidth + to, columns);
        }
    }

    @Override
    public Pass forward(double[] features) {
        int rows = Matrices.rows(features, inputSize);
        List<Pass> passes = new ArrayList<>();
        double[] output = new double[rows * outputSize];
        int from = 0;
        int to = 0;
        for (Branch branch : branches) {
            double[] part = columns(features, inputSize, from, branch.size());
            if (branch.network().isPresent()) {
                Pass pass = branch.network().get().forward(part);
                passes.add(pass);
                part = pass.output();
            }
            Matrices.copyColumns(part, branch.outputs(), 0, output, outputSize, to, branch.outputs());
            from += branch.size();
            to += branch.outputs();
        }
        return new BranchedPass(passes, rows, output);
    }

    private static double[] columns(double[] matrix, int width, int from, int count) {
        double[] columns = new double[matrix.length / width * count];
        Matrices.copyColumns(matrix, width, from, columns, count, 0, count);
        return columns;
    }

    private final class BranchedPass implements Pass {
        /** Of the branches with a network. */
        private final List<Pass> passes;

        private final int rows;
        private final double[] output;

        BranchedPass(List<Pass> passes, int rows, double[] output) {
            this.passes = passes;
            this.rows = rows;
            this.output = output;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            Matrices.checkGradient(outputGradient, rows, outputSize);
            double[] gradient = new double[parameters.size()];
            Iterator<Pass> pass = passes.iterator();
            int from = 0;
            int to = 0;
            int at = 0;
            for (Branch branch : branches) {
                double[] above = columns(outputGradient, outputSize, from, branch.outputs());
                double[] below = above;
                if (branch.network().isPresent()) {
                    below = featureGradient == null ? null : new double[rows * branch.size()];
                    double[] part = pass.next().backward(above, below);
                    System.arraycopy(part, 0, gradient, at, part.length);
                    at += part.length;
                }
                if (featureGradient != null) {
                    Matrices.copyColumns(below, branch.size(), 0, featureGradient, inputSize, to, branch.size());
                }
                from += branch.outputs();
                to += branch.size();
            }
            return gradient;
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            double[] tangent = new double[rows * outputSize];
            Iterator<Pass> pass = passes.iterator();
            int from = 0;
            int to = 0;
            int at = 0;
            for (Branch branch : branches) {
                double[] part = featureTangent == null ? null : columns(featureTangent, inputSize, from, branch.size());
                if (branch.network().isPresent()) {
                    int next = at + branch.network().get().parameters().size();
                    part = pass.next().tangent(Arrays.copyOfRange(direction, at, next), part);
                    at = next;
                }
                if (part != null) {
                    Matrices.copyColumns(part, branch.outputs(), 0, tangent, outputSize, to, branch.outputs());
                }
                from += branch.size();
                to += branch.outputs();
            }
            return tangent;
        }
    }
}
