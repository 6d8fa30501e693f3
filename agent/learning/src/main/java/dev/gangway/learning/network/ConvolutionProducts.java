package dev.gangway.learning.network;

import dev.gangway.inference.network.Convolution;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions that learn by OpenBLAS, in single precision, and act by loops.
 *
 * <p>A convolution is a matrix product over patches: with the patches of all images as the columns of X, Z = Wᵀ X + b, and its
 * column-major memory is the next layer's image. Backward, ∂W = X δᵀ and ∂X = W δ, scattered back to where the patches came from.
 * Patches overlap, so X is several times larger than the images: it is made for some images at a time, and made again for
 * the backward pass instead of being kept.
 */
final class ConvolutionProducts implements Layer {
    /** Most numbers in X; 16 MB. */
    private static final int PATCH_NUMBERS = 1 << 22;

    private final NetworkPlan.Convolutions plan;
    private final List<Convolution> convolutions;
    private final ParameterVector parameters;
    private final Layer loops;
    /** Null until the network is first evaluated for learning. */
    private Workspace workspace;

    private ConvolutionalPass latest;

    /** W, shape [filters, patch], and b of a layer, as parameters, as a gradient or as a direction. */
    private record Arrays(ColumnMatrix weights, ColumnMatrix bias) {}

    ConvolutionProducts(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        this.plan = plan;
        convolutions = plan.chain();
        this.parameters = parameters;
        loops = Kernel.PLAIN_LOOPS.convolutions(plan, parameters);
    }

    @Override
    public ConvolutionProducts over(ParameterVector elsewhere) {
        return new ConvolutionProducts(plan, elsewhere);
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
    public void forward(float[] features, int rows, float[] outputs) {
        loops.forward(features, rows, outputs);
    }

    /** What learning works with, one pass after the other. */
    private final class Workspace {
        private final List<Arrays> layers = split(NativeMatrix.direct(parameters.floats()));
        private final FloatBuffer gradient = NativeMatrix.allocate(parameters.size());
        private final List<Arrays> gradients = split(gradient);
        private final MatrixMemory memory = new MatrixMemory();
        private final int imagesAtATime = Math.max(
                1,
                PATCH_NUMBERS
                        / convolutions.stream()
                                .mapToInt(c -> Math.multiplyExact(c.positions(), c.patchSize()))
                                .max()
                                .orElseThrow());
    }

    /** Returns each layer's arrays in a vector of the parameters' layout. */
    private List<Arrays> split(FloatBuffer flat) {
        List<Arrays> split = new ArrayList<>();
        int at = 0;
        for (Convolution c : convolutions) {
            int weights = c.patchSize() * c.filters();
            split.add(new Arrays(
                    new ColumnMatrix(flat.slice(at, weights), c.filters(), c.patchSize()),
                    new ColumnMatrix(flat.slice(at + weights, c.filters()), c.filters(), 1)));
            at += weights + c.filters();
        }
        return split;
    }

    @Override
    public Pass forward(double[] features) {
        int images = Matrices.rows(features, inputSize());
        if (workspace == null) {
            workspace = new Workspace();
        }
        if (latest != null) {
            latest.parts.forEach(part -> part.activations().forEach(workspace.memory::give));
        }
        double[] output = new double[images * outputSize()];
        List<Part> parts = new ArrayList<>();
        for (int first = 0; first < images; first += workspace.imagesAtATime) {
            Part part = new Part(first, Math.min(workspace.imagesAtATime, images - first), new ArrayList<>());
            for (int l = 0; l < convolutions.size(); l++) {
                ColumnMatrix patches = patches(part, l, features);
                ColumnMatrix z = convolved(workspace.layers.get(l), l, patches);
                z.activate(plan.activation());
                workspace.memory.give(patches);
                part.activations().add(z);
            }
            part.last().write(output, first * outputSize());
            parts.add(part);
        }
        latest = new ConvolutionalPass(features, output, parts);
        return latest;
    }

    /** Returns Wᵀ X + b of a layer. */
    private ColumnMatrix convolved(Arrays layer, int l, ColumnMatrix patches) {
        ColumnMatrix z = workspace.memory.take(convolutions.get(l).filters(), patches.columns());
        z.fillColumns(layer.bias().memory());
        z.multiply(scale(l), layer.weights(), patches, 1);
        return z;
    }

    /** Some of a batch's images and what each layer made of them, [filters, count · positions]. */
    private record Part(int first, int count, List<ColumnMatrix> activations) {
        ColumnMatrix last() {
            return activations.get(activations.size() - 1);
        }
    }

    private final class ConvolutionalPass implements Pass {
        private final double[] features;
        private final double[] output;
        private final List<Part> parts;

        ConvolutionalPass(double[] features, double[] output, List<Part> parts) {
            this.features = features;
            this.output = output;
            this.parts = parts;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            checkLatest();
            Matrices.checkGradient(outputGradient, features.length / inputSize(), outputSize());
            for (Part part : parts) {
                ColumnMatrix delta =
                        workspace.memory.take(part.last().rows(), part.last().columns());
                delta.read(outputGradient, part.first() * outputSize());
                for (int l = convolutions.size() - 1; l >= 0; l--) {
                    delta.timesDerivative(plan.activation(), part.activations().get(l));
                    addParameterGradient(part, l, delta);
                    ColumnMatrix next = l > 0 || featureGradient != null ? below(part, l, delta) : null;
                    workspace.memory.give(delta);
                    delta = next;
                }
                if (featureGradient != null) {
                    delta.write(featureGradient, part.first() * inputSize());
                    workspace.memory.give(delta);
                }
            }
            float[] sums = new float[parameters.size()];
            workspace.gradient.get(0, sums);
            return Matrices.toDoubles(sums);
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            FloatBuffer along = NativeMatrix.allocate(parameters.size());
            along.put(0, Matrices.toFloats(direction));
            List<Arrays> directions = split(along);
            double[] tangent = new double[output.length];
            for (Part part : parts) {
                ColumnMatrix below = featureTangent == null ? null : images(part, featureTangent);
                for (int l = 0; l < convolutions.size(); l++) {
                    ColumnMatrix patches = patches(part, l, features);
                    ColumnMatrix above = convolved(directions.get(l), l, patches);
                    if (below != null) {
                        gather(l, below, part.count(), patches);
                        above.multiply(scale(l), workspace.layers.get(l).weights(), patches, 1);
                        workspace.memory.give(below);
                    }
                    workspace.memory.give(patches);
                    above.timesDerivative(plan.activation(), part.activations().get(l));
                    below = above;
                }
                below.write(tangent, part.first() * outputSize());
                workspace.memory.give(below);
            }
            return tangent;
        }

        private void checkLatest() {
            if (latest != this) {
                throw new IllegalStateException("Expected the network's latest pass, found an earlier one");
            }
        }

        private void addParameterGradient(Part part, int l, ColumnMatrix delta) {
            double kept = part.first() == 0 ? 0 : 1;
            ColumnMatrix patches = patches(part, l, features);
            workspace.gradients.get(l).weights().multiplyByTransposed(scale(l), delta, patches, kept);
            workspace.gradients.get(l).bias().multiply(1, delta, workspace.memory.ones(delta.columns()), kept);
            workspace.memory.give(patches);
        }

        /** Returns the gradient with respect to a layer's input, [channels, count · height · width]. */
        private ColumnMatrix below(Part part, int l, ColumnMatrix delta) {
            Convolution c = convolutions.get(l);
            ColumnMatrix patches = workspace.memory.take(c.patchSize(), delta.columns());
            patches.multiplyTransposed(scale(l), workspace.layers.get(l).weights(), delta, 0);
            ColumnMatrix images = workspace.memory.take(c.channels(), part.count() * c.height() * c.width());
            float[] ofPatches = new float[part.count() * c.positions() * c.patchSize()];
            float[] ofImages = new float[part.count() * c.inputSize()];
            patches.memory().get(0, ofPatches);
            c.scatter(ofPatches, part.count(), ofImages);
            images.memory().put(0, ofImages);
            workspace.memory.give(patches);
            return images;
        }
    }

    /** Returns X of a layer, [k · k · channels, count · positions]. */
    private ColumnMatrix patches(Part part, int l, double[] features) {
        Convolution c = convolutions.get(l);
        ColumnMatrix patches = workspace.memory.take(c.patchSize(), part.count() * c.positions());
        if (l > 0) {
            gather(l, part.activations().get(l - 1), part.count(), patches);
            return patches;
        }
        ColumnMatrix images = images(part, features);
        gather(l, images, part.count(), patches);
        workspace.memory.give(images);
        return patches;
    }

    /** Returns a part's images, [channels, count · height · width]. */
    private ColumnMatrix images(Part part, double[] features) {
        Convolution c = convolutions.get(0);
        ColumnMatrix images = workspace.memory.take(c.channels(), part.count() * c.height() * c.width());
        images.read(features, part.first() * inputSize());
        return images;
    }

    private void gather(int l, ColumnMatrix images, int count, ColumnMatrix patches) {
        convolutions.get(l).gather(images.memory(), count, patches.memory());
    }

    private double scale(int l) {
        return l == 0 ? plan.inputScale() : 1;
    }
}
