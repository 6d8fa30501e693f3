package dev.gangway.inference.network;

import java.util.Arrays;
import java.util.List;

/**
 * Convolutions by loops over plain arrays, in double precision whatever the parameters' type, image by image.
 *
 * <p>With x the patches of an image in rows, z = x W + b at every position. Backward, ∂W = xᵀ δ and ∂x = δ Wᵀ, added to the
 * pixels that the patches came from.
 */
public final class ConvolutionLoops implements Layer {
    private final NetworkPlan.Convolutions plan;
    private final List<Convolution> convolutions;
    private final ParameterVector parameters;
    /** Of frozen parameters; null where they are live. */
    private final Affine[] frozen;

    private LoopPass latest;

    /** Returns convolutions over parameters of their layout. */
    ConvolutionLoops(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        this.plan = plan;
        convolutions = plan.chain();
        this.parameters = parameters;
        frozen = parameters.isFrozen() ? filters(parameters.toDoubles()) : null;
    }

    /** Returns the form. */
    public NetworkPlan.Convolutions plan() {
        return plan;
    }

    /** Returns each layer's weights [kernel · kernel · channels, filters] and biases [filters] as they are now. */
    public List<Affine> filters() {
        return List.of(current());
    }

    private Affine[] current() {
        return frozen == null ? filters(parameters.toDoubles()) : frozen;
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

    @Override
    public ConvolutionLoops over(ParameterVector elsewhere) {
        return new ConvolutionLoops(plan, elsewhere);
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        Affine[] filters = current();
        for (int row = 0; row < rows; row++) {
            double[] image = new double[inputSize()];
            for (int i = 0; i < image.length; i++) {
                image[i] = features[row * image.length + i] * plan.inputScale();
            }
            for (int l = 0; l < filters.length; l++) {
                image = activated(convolutions.get(l), filters[l], image);
            }
            for (int o = 0; o < image.length; o++) {
                outputs[row * image.length + o] = (float) image[o];
            }
        }
    }

    private double[] activated(Convolution c, Affine filter, double[] image) {
        double[] result = applied(c, filter, c.patches(image));
        plan.activation().apply(result, result.length);
        return result;
    }

    @Override
    public Pass forward(double[] features) {
        latest = new LoopPass(features, Matrices.rows(features, inputSize()), current());
        return latest;
    }

    /** Returns each layer's weights [patch, filters] and bias in a vector of the parameters' layout. */
    private Affine[] filters(double[] flat) {
        Affine[] filters = new Affine[convolutions.size()];
        int at = 0;
        for (int l = 0; l < filters.length; l++) {
            Convolution c = convolutions.get(l);
            filters[l] = Affine.of(c.patchSize(), c.filters(), true, flat, at);
            at += (c.patchSize() + 1) * c.filters();
        }
        return filters;
    }

    private final class LoopPass implements Pass {
        private final Affine[] filters;
        /** What each layer sees of each image, and last what comes out: [image][layer][number]. */
        private final double[][][] values;

        private final double[] output;

        LoopPass(double[] features, int images, Affine[] filters) {
            this.filters = filters;
            values = new double[images][filters.length + 1][];
            int width = plan.outputs();
            output = new double[images * width];
            for (int image = 0; image < images; image++) {
                double[][] seen = values[image];
                seen[0] = scaled(features, image);
                for (int l = 0; l < filters.length; l++) {
                    Convolution c = convolutions.get(l);
                    seen[l + 1] = activated(c, filters[l], seen[l]);
                }
                for (int i = 0; i < width; i++) {
                    output[image * width + i] = parameters.round(seen[filters.length][i]);
                }
            }
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            checkLatest();
            Matrices.checkGradient(outputGradient, values.length, plan.outputs());
            Affine[] sums = filters(new double[parameters.size()]);
            for (int image = 0; image < values.length; image++) {
                double[] delta = row(outputGradient, image, plan.outputs());
                for (int l = filters.length - 1; l >= 0; l--) {
                    plan.activation().timesDerivative(delta, values[image][l + 1], delta.length);
                    double[][] deltas = convolutions.get(l).pixels(delta);
                    addParameterGradient(l, values[image][l], deltas, sums[l]);
                    delta = l > 0 || featureGradient != null ? below(l, deltas) : null;
                }
                for (int i = 0; featureGradient != null && i < delta.length; i++) {
                    featureGradient[image * delta.length + i] = parameters.round(delta[i] * plan.inputScale());
                }
            }
            double[] gradient = new double[parameters.size()];
            int at = 0;
            for (Affine sum : sums) {
                at = sum.write(true, gradient, at);
            }
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = parameters.round(gradient[i]);
            }
            return gradient;
        }

        /** Adds xᵀ δ and Σ δ over an image's positions. */
        private void addParameterGradient(int l, double[] seen, double[][] deltas, Affine sum) {
            Convolution c = convolutions.get(l);
            double[][] patches = c.patches(seen);
            double[] column = new double[c.positions()];
            for (int i = 0; i < c.patchSize(); i++) {
                for (int position = 0; position < column.length; position++) {
                    column[position] = patches[position][i];
                }
                RowKernel.addSum(column, deltas, column.length, sum.weights()[i], c.filters());
            }
            Arrays.fill(column, 1);
            RowKernel.addSum(column, deltas, column.length, sum.bias(), c.filters());
        }

        /** Returns the gradient with respect to what a layer sees of an image. */
        private double[] below(int l, double[][] deltas) {
            Convolution c = convolutions.get(l);
            double[][] transposed = new double[c.filters()][c.patchSize()];
            for (int i = 0; i < c.patchSize(); i++) {
                for (int f = 0; f < c.filters(); f++) {
                    transposed[f][i] = filters[l].weights()[i][f];
                }
            }
            double[][] patches = new double[c.positions()][c.patchSize()];
            for (int position = 0; position < patches.length; position++) {
                RowKernel.addSum(deltas[position], transposed, c.filters(), patches[position], c.patchSize());
            }
            return c.sumOfPatches(patches);
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            Affine[] along = filters(direction);
            double[] tangent = new double[output.length];
            for (int image = 0; image < values.length; image++) {
                double[] below = featureTangent == null ? null : scaled(featureTangent, image);
                for (int l = 0; l < filters.length; l++) {
                    Convolution c = convolutions.get(l);
                    double[] above = applied(c, along[l], c.patches(values[image][l]));
                    if (below != null) {
                        Affine unbiased = new Affine(filters[l].weights(), new double[c.filters()]);
                        double[] moved = applied(c, unbiased, c.patches(below));
                        for (int i = 0; i < above.length; i++) {
                            above[i] += moved[i];
                        }
                    }
                    plan.activation().timesDerivative(above, values[image][l + 1], above.length);
                    below = above;
                }
                for (int i = 0; i < below.length; i++) {
                    tangent[image * below.length + i] = parameters.round(below[i]);
                }
            }
            return tangent;
        }

        private void checkLatest() {
            if (latest != this) {
                throw new IllegalStateException("Expected the network's latest pass, found an earlier one");
            }
        }
    }

    private double[] scaled(double[] features, int image) {
        double[] scaled = row(features, image, plan.inputs());
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= plan.inputScale();
        }
        return scaled;
    }

    private static double[] row(double[] matrix, int row, int width) {
        return Arrays.copyOfRange(matrix, row * width, (row + 1) * width);
    }

    /** Returns x W + b at every position, one after the other. */
    private static double[] applied(Convolution c, Affine filter, double[][] patches) {
        double[] result = new double[c.outputSize()];
        double[] pixel = new double[c.filters()];
        for (int position = 0; position < patches.length; position++) {
            filter.apply(patches[position], pixel);
            System.arraycopy(pixel, 0, result, position * pixel.length, pixel.length);
        }
        return result;
    }
}
