package dev.gangway.network;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with C more outputs that are the same for every input: [f(x), c], where c is a trained array of the same flat
 * parameter vector, behind the parameters of f. So are the state-independent log σ of a Gaussian policy.
 *
 * <p>Its gradient is the sum of the output gradient's last C columns over the rows.
 */
public final class AppendedOutputs implements Network {
    private final DenseNetwork network;
    private final String name;
    private final int appended;

    private AppendedOutputs(DenseNetwork network, String name, int appended) {
        this.network = network;
        this.name = name;
        this.appended = appended;
    }

    /**
     * Appends outputs to a network, whose parameters are copied.
     *
     * @param name of the array in the parameter vector
     * @param initial c, C numbers
     */
    public static AppendedOutputs to(DenseNetwork network, String name, double... initial) {
        DenseNetwork roomier = network.withSpareParameters(name, initial.length);
        ParameterVector parameters = roomier.parameters();
        double[] values = Arrays.copyOf(network.parameters().toDoubles(), parameters.size());
        System.arraycopy(initial, 0, values, network.parameters().size(), initial.length);
        parameters.assign(values);
        return new AppendedOutputs(roomier, name, initial.length);
    }

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public int outputSize() {
        return network.outputSize() + appended;
    }

    @Override
    public ParameterVector parameters() {
        return network.parameters();
    }

    @Override
    public Forward forward(INDArray features) {
        return new AppendedForward(network.forward(features));
    }

    @Override
    public NetworkSnapshot snapshot() {
        double[] all = parameters().toDoubles();
        float[] constants = new float[appended];
        for (int i = 0; i < appended; i++) {
            constants[i] = (float) all[all.length - appended + i];
        }
        return new AppendedSnapshot(network.snapshot(), constants);
    }

    private final class AppendedForward implements Forward {
        private final Forward inner;
        private final INDArray output;

        AppendedForward(Forward inner) {
            this.inner = inner;
            double[] from = Matrices.toRowMajor(inner.output());
            double[] constants = parameters().view(name).dup().data().asDouble();
            int rows = (int) inner.output().size(0);
            int width = network.outputSize();
            double[] joined = new double[rows * outputSize()];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(from, row * width, joined, row * outputSize(), width);
                System.arraycopy(constants, 0, joined, row * outputSize() + width, appended);
            }
            output = Matrices.matrix(dataType(), joined, rows, outputSize());
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            if (outputGradient.rank() != 2
                    || outputGradient.size(0) != output.size(0)
                    || outputGradient.size(1) != outputSize()
                    || outputGradient.dataType() != dataType()) {
                throw new IllegalArgumentException("Expected an output gradient of shape [" + output.size(0) + ", "
                        + outputSize() + "], " + dataType() + ", found " + outputGradient.shapeInfoToString());
            }
            double[] joined = Matrices.toRowMajor(outputGradient);
            int rows = (int) output.size(0);
            int width = network.outputSize();
            double[] own = new double[rows * width];
            double[] sums = new double[appended];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(joined, row * outputSize(), own, row * width, width);
                for (int i = 0; i < appended; i++) {
                    sums[i] += joined[row * outputSize() + width + i];
                }
            }
            try (INDArray ownGradient = Matrices.matrix(dataType(), own, rows, width);
                    INDArray constantGradient = Matrices.vector(dataType(), sums)) {
                INDArray gradient = inner.backward(ownGradient);
                parameters().viewOf(gradient, name).assign(constantGradient);
                return gradient;
            }
        }

        @Override
        public void close() {
            inner.close();
            output.close();
        }
    }

    private DataType dataType() {
        return parameters().dataType();
    }
}
