package dev.gangway.learning.network;

import java.nio.FloatBuffer;
import java.util.Queue;

/**
 * A dense network for acting in training: few rows by plain loops, many by matrix products in single precision, as the network
 * that is trained computes them.
 *
 * <p>Thread-safe. A row's last digits may depend on how many rows there are.
 */
final class ProductSnapshot implements NetworkSnapshot {
    private final DenseSnapshot few;
    private final DenseMatrices many;
    private final float[] parameters;
    private final Queue<Scratch> spare;

    /** What a call works with; {@code holds} is the snapshot's array that {@code parameters} was last filled from. */
    static final class Scratch {
        private final FloatBuffer parameters;
        private final FloatBuffer[] weights;
        private final NativeMatrix[] values;
        private float[] holds;

        private Scratch(DenseMatrices layers, int parameterCount) {
            parameters = NativeMatrix.allocate(parameterCount);
            weights = layers.split(parameters);
            values = layers.part();
        }

        private void hold(float[] wanted) {
            if (holds != wanted) {
                parameters.put(0, wanted);
                holds = wanted;
            }
        }
    }

    /**
     * Makes one.
     *
     * @param few the network for few rows
     * @param many its layers
     * @param parameters P numbers
     * @param spare memory that snapshots of the same layers share; each call takes one for itself
     */
    ProductSnapshot(DenseSnapshot few, DenseMatrices many, float[] parameters, Queue<Scratch> spare) {
        this.few = few;
        this.many = many;
        this.parameters = parameters;
        this.spare = spare;
    }

    @Override
    public int inputSize() {
        return few.inputSize();
    }

    @Override
    public int outputSize() {
        return few.outputSize();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        if (!DenseMatrices.suit(features, rows, inputSize())) {
            few.forward(features, rows, outputs);
            return;
        }
        Scratch used = spare.poll();
        Scratch scratch = used == null ? new Scratch(many, parameters.length) : used;
        scratch.hold(parameters);
        for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
            int count = DenseMatrices.partRows(first, rows);
            scratch.values[0].read(features, first, count);
            many.forward(scratch.weights, scratch.values, count);
            scratch.values[many.layers()].write(outputs, first, count);
        }
        spare.add(scratch);
    }
}
