package dev.gangway.nd4j;

import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import org.nd4j.linalg.api.buffer.DataType;

/** A SameDiff graph over parameters; {@link SameDiffPlan} makes it. Unlike the built-in networks it lets passes overlap. */
public final class SameDiffNetwork implements Layer {
    /** Size of a step along a direction, relative to the direction, in double precision. */
    private static final double STEP = 1e-6;

    private final SameDiffPlan plan;
    private final ParameterVector parameters;
    /** Computes in double precision: for derivatives along directions, and for parameters that are double. Null until used. */
    private WorkingGraph exact;

    SameDiffNetwork(SameDiffPlan plan, ParameterVector parameters) {
        this.plan = plan;
        this.parameters = parameters;
    }

    /** Returns the graph's form. */
    public SameDiffPlan plan() {
        return plan;
    }

    @Override
    public SameDiffNetwork over(ParameterVector elsewhere) {
        return new SameDiffNetwork(plan, elsewhere);
    }

    @Override
    public int inputSize() {
        return plan.inputs();
    }

    @Override
    public int outputSize() {
        return plan.outputs();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    private WorkingGraph exact() {
        if (exact == null) {
            exact = plan.newWorkingGraph(DataType.DOUBLE);
        }
        return exact;
    }

    private interface Computation {
        double[] with(WorkingGraph graph);
    }

    /** Computes in the parameters' precision. */
    private double[] compute(Computation computation) {
        if (parameters.precision() == Precision.DOUBLE) {
            exact().hold(parameters);
            return computation.with(exact());
        }
        WorkingGraph graph = plan.take();
        graph.hold(parameters);
        double[] result = computation.with(graph);
        plan.give(graph);
        return result;
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        if (rows == 0) {
            return;
        }
        double[] seen = new double[rows * inputSize()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = features[i];
        }
        double[] found = compute(graph -> graph.outputs(seen, rows));
        for (int i = 0; i < found.length; i++) {
            outputs[i] = (float) found[i];
        }
    }

    @Override
    public Pass forward(double[] features) {
        int rows = Matrices.rows(features, inputSize());
        double[] output = rows == 0 ? new double[0] : compute(graph -> graph.outputs(features, rows));
        return new GraphPass(features, rows, output);
    }

    private final class GraphPass implements Pass {
        private final double[] features;
        private final int rows;
        private final double[] output;

        GraphPass(double[] features, int rows, double[] output) {
            this.features = features;
            this.rows = rows;
            this.output = output;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            Matrices.checkGradient(outputGradient, rows, outputSize());
            return rows == 0
                    ? new double[parameters.size()]
                    : compute(graph -> graph.gradient(features, rows, outputGradient, featureGradient));
        }

        /**
         * {@inheritDoc} ND4J differentiates backward only, so this is a central difference in double precision, whose error is
         * about 1e−9 of the derivative's size.
         */
        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            double scale = largest(direction);
            if (featureTangent != null) {
                scale = Math.max(scale, largest(featureTangent));
            }
            if (scale == 0 || rows == 0) {
                return new double[output.length];
            }
            double step = STEP / scale;
            double[] tangent = moved(direction, featureTangent, step);
            double[] down = moved(direction, featureTangent, -step);
            for (int i = 0; i < tangent.length; i++) {
                tangent[i] = parameters.round((tangent[i] - down[i]) / (2 * step));
            }
            return tangent;
        }

        private double[] moved(double[] direction, double[] featureTangent, double step) {
            exact().hold(along(parameters.toDoubles(), direction, step));
            return exact().outputs(featureTangent == null ? features : along(features, featureTangent, step), rows);
        }
    }

    private static double[] along(double[] from, double[] direction, double step) {
        double[] moved = from.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        return moved;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
