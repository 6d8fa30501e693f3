package dev.gangway.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

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
    public Pass forward(INDArray features) {
        if (features.rank() != 2 || features.size(1) != inputSize) {
            throw new IllegalArgumentException(
                    "Expected features of shape [B, " + inputSize + "], found " + features.shapeInfoToString());
        }
        List<INDArray> inputs = new ArrayList<>();
        List<Pass> passes = new ArrayList<>();
        List<INDArray> outputs = new ArrayList<>();
        int at = 0;
        for (Branch branch : branches) {
            INDArray input = columns(features, at, branch.size()).dup('c');
            at += branch.size();
            inputs.add(input);
            if (branch.network().isPresent()) {
                Pass pass = branch.network().get().forward(input);
                passes.add(pass);
                outputs.add(pass.output());
            } else {
                outputs.add(input);
            }
        }
        return new BranchedPass(inputs, passes, joined(1, outputs));
    }

    /** ND4J would return a single array itself instead of a copy. */
    private static INDArray joined(int axis, List<INDArray> arrays) {
        return arrays.size() == 1 ? arrays.get(0).dup('c') : Nd4j.concat(axis, arrays.toArray(INDArray[]::new));
    }

    private static INDArray columns(INDArray matrix, int from, int count) {
        return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + count));
    }

    private final class BranchedPass implements Pass {
        private final List<INDArray> inputs;
        private final List<Pass> passes;
        private final INDArray output;

        BranchedPass(List<INDArray> inputs, List<Pass> passes, INDArray output) {
            this.inputs = inputs;
            this.passes = passes;
            this.output = output;
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            List<INDArray> gradients = new ArrayList<>();
            int from = 0;
            for (Branch branch : branches) {
                if (branch.network().isPresent()) {
                    try (INDArray part =
                            columns(outputGradient, from, branch.outputs()).dup('c')) {
                        gradients.add(passes.get(gradients.size()).backward(part));
                    }
                }
                from += branch.outputs();
            }
            return whole(gradients);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            List<INDArray> gradients = new ArrayList<>();
            int from = 0;
            int at = 0;
            for (int i = 0; i < branches.size(); i++) {
                Branch branch = branches.get(i);
                INDArray below = columns(featureGradient, at, branch.size());
                try (INDArray part =
                                columns(outputGradient, from, branch.outputs()).dup('c');
                        INDArray ofInput = inputs.get(i).ulike()) {
                    if (branch.network().isPresent()) {
                        gradients.add(passes.get(gradients.size()).backward(part, ofInput));
                        below.assign(ofInput);
                    } else {
                        below.assign(part);
                    }
                }
                from += branch.outputs();
                at += branch.size();
            }
            return whole(gradients);
        }

        private INDArray whole(List<INDArray> gradients) {
            INDArray gradient = joined(0, gradients);
            gradients.forEach(INDArray::close);
            return gradient;
        }

        @Override
        public void close() {
            passes.forEach(Pass::close);
            inputs.forEach(INDArray::close);
            output.close();
        }
    }
}
