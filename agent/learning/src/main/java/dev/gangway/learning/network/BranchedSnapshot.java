package dev.gangway.learning.network;

import java.util.List;
import java.util.Optional;

/**
 * Frozen networks side by side, each on its own columns of the features; see {@link BranchedNetwork}.
 *
 * @param branches in the order of their columns
 */
public record BranchedSnapshot(List<Branch> branches) implements NetworkSnapshot {
    /** Copies the list. */
    public BranchedSnapshot {
        branches = List.copyOf(branches);
    }

    /**
     * The next columns of the features.
     *
     * @param size columns
     * @param network what sees them; empty: they become outputs as they are
     */
    public record Branch(int size, Optional<NetworkSnapshot> network) {
        int outputs() {
            return network.map(NetworkSnapshot::outputSize).orElse(size);
        }
    }

    @Override
    public int inputSize() {
        return branches.stream().mapToInt(Branch::size).sum();
    }

    @Override
    public int outputSize() {
        return branches.stream().mapToInt(Branch::outputs).sum();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        int at = 0;
        int to = 0;
        for (Branch branch : branches) {
            float[] input = new float[rows * branch.size()];
            copyColumns(features, inputSize(), at, input, branch.size(), 0, rows, branch.size());
            float[] output = input;
            if (branch.network().isPresent()) {
                output = new float[rows * branch.outputs()];
                branch.network().get().forward(input, rows, output);
            }
            copyColumns(output, branch.outputs(), 0, outputs, outputSize(), to, rows, branch.outputs());
            at += branch.size();
            to += branch.outputs();
        }
    }

    private static void copyColumns(
            float[] source, int sourceWidth, int from, float[] target, int targetWidth, int to, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(source, row * sourceWidth + from, target, row * targetWidth + to, columns);
        }
    }
}
