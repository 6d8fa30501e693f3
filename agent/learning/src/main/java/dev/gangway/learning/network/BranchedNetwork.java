package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Networks side by side, each on its own columns of the features; the output is theirs, one after the other. Parameters:
 * those of each branch, named {@code <branch>.…}.
 */
public final class BranchedNetwork implements Layer {
    private final List<Branch> branches;
    private final ParameterVector parameters;
    private final int inputSize;
    private final int outputSize;

    /**
     * The next columns of the features.
     *
     * @param name unique; names the parameters
     * @param size columns
     * @param network what sees them; empty: they become outputs as they are
     */
    public record Branch(String name, int size, Optional<Layer> network) {
        /** Checks the size. */
        public Branch {
            network.ifPresent(layer -> {
                if (layer.inputSize() != size) {
                    throw new IllegalArgumentException("Expected a network for the " + size + " features of " + name
                            + ", found one for " + layer.inputSize());
                }
            });
        }

        int outputs() {
            return network.map(Layer::outputSize).orElse(size);
        }
    }

    private BranchedNetwork(List<Branch> branches, ParameterVector parameters) {
        this.branches = List.copyOf(branches);
        this.parameters = parameters;
        inputSize = branches.stream().mapToInt(Branch::size).sum();
        outputSize = branches.stream().mapToInt(Branch::outputs).sum();
    }

    /**
     * Joins networks, whose parameters are copied.
     *
     * @param branches in the order of their columns, at least one of them with a network
     */
    public static BranchedNetwork of(List<Branch> branches) {
        Map<String, ParameterVector> parts = new LinkedHashMap<>();
        branches.forEach(branch ->
                branch.network().ifPresent(network -> parts.put(branch.name() + ".", network.parameters())));
        return on(branches, ParameterVector.join(parts));
    }

    private static BranchedNetwork on(List<Branch> branches, ParameterVector parameters) {
        List<ParameterVector> parts = parameters.split(branches.stream()
                .flatMap(branch -> branch.network().stream())
                .map(Layer::parameters)
                .toList());
        List<Branch> moved = new ArrayList<>();
        int next = 0;
        for (Branch branch : branches) {
            Optional<Layer> network = Optional.empty();
            if (branch.network().isPresent()) {
                network = Optional.of(branch.network().get().over(parts.get(next++)));
            }
            moved.add(new Branch(branch.name(), branch.size(), network));
        }
        return new BranchedNetwork(moved, parameters);
    }

    @Override
    public BranchedNetwork over(ParameterVector elsewhere) {
        return on(branches, elsewhere);
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
    public NetworkSnapshot snapshot() {
        return new BranchedSnapshot(branches.stream()
                .map(branch -> new BranchedSnapshot.Branch(
                        branch.size(), branch.network().map(Layer::snapshot)))
                .toList());
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
