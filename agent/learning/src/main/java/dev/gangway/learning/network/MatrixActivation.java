package dev.gangway.learning.network;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/** An {@link Activation} of ND4J's matrices, apart from it so that acting needs no ND4J. */
final class MatrixActivation {
    private MatrixActivation() {}

    /** Replaces every x by φ(x). */
    static void apply(Activation activation, INDArray z) {
        switch (activation) {
            case TANH -> Nd4j.getExecutioner().exec(new Tanh(z, z));
            case RELU -> Nd4j.getExecutioner().exec(new RectifiedLinear(z, z, 0.0));
        }
    }

    /** Multiplies {@code delta} by φ′, which both functions have as a function of φ itself. */
    static void timesDerivative(Activation activation, INDArray delta, INDArray activated, Buffers buffers) {
        INDArray slope = buffers.take(delta.size(0), delta.size(1));
        switch (activation) {
            case TANH -> activated.muli(activated, slope).rsubi(1);
            case RELU -> Nd4j.getExecutioner().exec(new Step(activated, slope, 0.0));
        }
        delta.muli(slope);
        buffers.give(slope);
    }
}
