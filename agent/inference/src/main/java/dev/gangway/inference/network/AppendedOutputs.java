package dev.gangway.inference.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A network with C more outputs that are the same for every input, between or behind those of f(x): a trained array c of
 * the same flat parameter vector, behind the parameters of f. So are the state-independent log σ of a Gaussian policy.
 *
 * <p>Its gradient is the sum of the output gradient's C columns over the rows.
 */
public final class AppendedOutputs implements Network {
    private final Layer network;
    private final ParameterVector parameters;
    private final String name;
    private final int[] columns;
    private final int[] ownColumns;

    private AppendedOutputs(Layer network, ParameterVector parameters, String name, int[] columns) {
        this.network = network;
        this.parameters = parameters;
        this.name = name;
        this.columns = columns.clone();
        this.ownColumns = others(columns, network.outputSize());
    }

    /**
     * Appends outputs to a network, whose parameters are copied.
     *
     * @param name of the array in the parameter vector
     * @param columns C outputs of the whole that are c, ascending; those of the network fill the others in their order
     * @param initial c, C numbers
     */
    public static AppendedOutputs to(Layer network, String name, int[] columns, double... initial) {
        ParameterVector own = network.parameters();
        Map<String, ParameterLayout> parts = new LinkedHashMap<>();
        parts.put("", own.layout());
        parts.put(name, ParameterLayout.of("", initial.length));
        ParameterVector joined = ParameterVector.zeros(ParameterLayout.join(parts), own.precision());
        double[] values = Arrays.copyOf(own.toDoubles(), joined.size());
        System.arraycopy(initial, 0, values, own.size(), initial.length);
        joined.assign(values);
        return on(network, joined, name, columns);
    }

    /**
     * Appends outputs to a network whose parameters, with the outputs behind them, stand elsewhere.
     *
     * @param network a form over parameters that are not looked at
     * @param parameters P + C numbers, which are not copied
     */
    public static AppendedOutputs on(Layer network, ParameterVector parameters, String name, int[] columns) {
        Layer moved = network.over(
                parameters.split(List.of(network.parameters().layout())).get(0));
        return new AppendedOutputs(moved, parameters, name, columns);
    }

    /** Returns the network without the appended outputs. */
    public Layer network() {
        return network;
    }

    /** Returns a copy of c as it is now. */
    public double[] appended() {
        return parameters.toDoubles(name);
    }

    /** Returns the {@code count} smallest numbers from 0 on that {@code columns} lacks. */
    private static int[] others(int[] columns, int count) {
        return IntStream.range(0, columns.length + count)
                .filter(column -> Arrays.binarySearch(columns, column) < 0)
                .toArray();
    }

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public int outputSize() {
        return network.outputSize() + columns.length;
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public Forward forward(double[] features) {
        return new AppendedForward(network.forward(features));
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        int width = network.outputSize();
        float[] own = new float[rows * width];
        network.forward(features, rows, own);
        double[] appended = appended();
        for (int row = 0; row < rows; row++) {
            int at = row * outputSize();
            for (int i = 0; i < width; i++) {
                outputs[at + ownColumns[i]] = own[row * width + i];
            }
            for (int i = 0; i < appended.length; i++) {
                outputs[at + columns[i]] = (float) appended[i];
            }
        }
    }

    @Override
    public AppendedOutputs snapshot() {
        return on(network, parameters.freeze(), name, columns);
    }

    private final class AppendedForward implements Forward {
        private final Forward inner;
        private final int rows;
        private final double[] output;

        AppendedForward(Forward inner) {
            this.inner = inner;
            double[] own = inner.output();
            rows = own.length / network.outputSize();
            output = joined(own, parameters.toDoubles(name));
        }

        /** Returns the network's columns and the constants, each in its place. */
        private double[] joined(double[] own, double[] constants) {
            int width = network.outputSize();
            double[] all = new double[rows * outputSize()];
            for (int row = 0; row < rows; row++) {
                int at = row * outputSize();
                for (int i = 0; i < width; i++) {
                    all[at + ownColumns[i]] = own[row * width + i];
                }
                for (int i = 0; i < columns.length; i++) {
                    all[at + columns[i]] = constants[i];
                }
            }
            return all;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient) {
            Matrices.checkGradient(outputGradient, rows, outputSize());
            int width = network.outputSize();
            double[] own = new double[rows * width];
            double[] sums = new double[columns.length];
            for (int row = 0; row < rows; row++) {
                int at = row * outputSize();
                for (int i = 0; i < width; i++) {
                    own[row * width + i] = outputGradient[at + ownColumns[i]];
                }
                for (int i = 0; i < columns.length; i++) {
                    sums[i] += parameters.round(outputGradient[at + columns[i]]);
                }
            }
            double[] ofNetwork = inner.backward(own);
            double[] gradient = Arrays.copyOf(ofNetwork, ofNetwork.length + sums.length);
            for (int i = 0; i < sums.length; i++) {
                gradient[ofNetwork.length + i] = parameters.round(sums[i]);
            }
            return gradient;
        }

        @Override
        public double[] tangent(double[] direction) {
            int own = direction.length - columns.length;
            return joined(
                    inner.tangent(Arrays.copyOf(direction, own)), Arrays.copyOfRange(direction, own, direction.length));
        }
    }
}
