package dev.gangway.nd4j;

import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;

/** A graph whose parameters stand in the order of another layout with the same names. */
record Reordered(SameDiffPlan plan, ParameterLayout layout) {

    Layer over(ParameterVector parameters, Kernel kernel) {
        ParameterVector own = ParameterVector.zeros(plan.layout(), parameters.precision());
        own.assign(toOwn(parameters.toDoubles()));
        return new ReorderedLayer(plan.over(own, kernel), parameters);
    }

    private double[] toOwn(double[] values) {
        return moved(values, layout, plan.layout());
    }

    private double[] fromOwn(double[] values) {
        return moved(values, plan.layout(), layout);
    }

    private static double[] moved(double[] values, ParameterLayout from, ParameterLayout to) {
        double[] moved = new double[values.length];
        for (ParameterLayout.Slot slot : from.slots()) {
            int count = Math.toIntExact(slot.size());
            System.arraycopy(
                    values,
                    Math.toIntExact(slot.offset()),
                    moved,
                    Math.toIntExact(to.slot(slot.name()).offset()),
                    count);
        }
        return moved;
    }

    private final class ReorderedLayer implements Layer {
        private final Layer network;
        private final ParameterVector parameters;

        ReorderedLayer(Layer network, ParameterVector parameters) {
            this.network = network;
            this.parameters = parameters;
        }

        @Override
        public Layer over(ParameterVector elsewhere) {
            ParameterVector own = ParameterVector.zeros(plan.layout(), elsewhere.precision());
            own.assign(toOwn(elsewhere.toDoubles()));
            return new ReorderedLayer(network.over(own), elsewhere);
        }

        @Override
        public int inputSize() {
            return network.inputSize();
        }

        @Override
        public int outputSize() {
            return network.outputSize();
        }

        @Override
        public ParameterVector parameters() {
            return parameters;
        }

        @Override
        public void forward(float[] features, int rows, float[] outputs) {
            network.forward(features, rows, outputs);
        }

        @Override
        public Pass forward(double[] features) {
            Pass inner = network.forward(features);
            return new Pass() {
                @Override
                public double[] output() {
                    return inner.output();
                }

                @Override
                public double[] backward(double[] outputGradient, double[] featureGradient) {
                    return fromOwn(inner.backward(outputGradient, featureGradient));
                }

                @Override
                public double[] tangent(double[] direction, double[] featureTangent) {
                    return inner.tangent(toOwn(direction), featureTangent);
                }
            };
        }
    }
}
