package dev.gangway.learning.network;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions in training by OpenBLAS, in single precision.
 *
 * <p>A convolution is a matrix product over patches: with the patches of all images as the columns of X, Z = Wᵀ X + b, and its
 * column-major memory is the next layer's image. Backward, ∂W = X δᵀ and ∂X = W δ, scattered back to where the patches came from.
 * Patches overlap, so X is several times larger than the images: it is made for some images at a time, and made again for
 * the backward pass instead of being kept.
 */
final class ConvolutionProducts {
    /** Most numbers in X; 16 MB. */
    private static final int PATCH_NUMBERS = 1 << 22;

    private final NetworkPlan.Convolutions plan;
    private final List<Convolution> convolutions;
    private final int size;
    private final List<Arrays> layers;
    private final FloatBuffer gradient;
    private final List<Arrays> gradients;
    private final MatrixMemory memory = new MatrixMemory();
    private final int imagesAtATime;
    private ConvolutionalPass latest;

    /** W, shape [filters, patch], and b of a layer, as parameters, as a gradient or as a direction. */
    private record Arrays(ColumnMatrix weights, ColumnMatrix bias) {}

    ConvolutionProducts(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        this.plan = plan;
        convolutions = plan.chain();
        size = parameters.size();
        layers = split(parameters.floats());
        gradient = NativeMatrix.allocate(size);
        gradients = split(gradient);
        int largest = convolutions.stream()
                .mapToInt(c -> Math.multiplyExact(c.positions(), c.patchSize()))
                .max()
                .orElseThrow();
        imagesAtATime = Math.max(1, PATCH_NUMBERS / largest);
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

    private int inputSize() {
        return plan.inputs();
    }

    private int outputSize() {
        return convolutions.get(convolutions.size() - 1).outputSize();
    }

    /** As {@link Layer#forward}, for so many images. */
    Layer.Pass forward(double[] features, int images) {
        if (latest != null) {
            latest.parts.forEach(part -> part.activations().forEach(memory::give));
        }
        double[] output = new double[images * outputSize()];
        List<Part> parts = new ArrayList<>();
        for (int first = 0; first < images; first += imagesAtATime) {
            Part part = new Part(first, Math.min(imagesAtATime, images - first), new ArrayList<>());
            for (int l = 0; l < convolutions.size(); l++) {
                ColumnMatrix patches = patches(part, l, features);
                ColumnMatrix z = convolved(layers.get(l), l, patches);
                z.activate(plan.activation());
                memory.give(patches);
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
        ColumnMatrix z = memory.take(convolutions.get(l).filters(), patches.columns());
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

    private final class ConvolutionalPass implements Layer.Pass {
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
                ColumnMatrix delta = memory.take(part.last().rows(), part.last().columns());
                delta.read(outputGradient, part.first() * outputSize());
                for (int l = convolutions.size() - 1; l >= 0; l--) {
                    delta.timesDerivative(plan.activation(), part.activations().get(l));
                    addParameterGradient(part, l, delta);
                    ColumnMatrix next = l > 0 || featureGradient != null ? below(part, l, delta) : null;
                    memory.give(delta);
                    delta = next;
                }
                if (featureGradient != null) {
                    delta.write(featureGradient, part.first() * inputSize());
                    memory.give(delta);
                }
            }
            float[] sums = new float[size];
            gradient.get(0, sums);
            return Matrices.toDoubles(sums);
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            FloatBuffer along = NativeMatrix.allocate(size);
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
                        above.multiply(scale(l), layers.get(l).weights(), patches, 1);
                        memory.give(below);
                    }
                    memory.give(patches);
                    above.timesDerivative(plan.activation(), part.activations().get(l));
                    below = above;
                }
                below.write(tangent, part.first() * outputSize());
                memory.give(below);
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
            gradients.get(l).weights().multiplyByTransposed(scale(l), delta, patches, kept);
            gradients.get(l).bias().multiply(1, delta, memory.ones(delta.columns()), kept);
            memory.give(patches);
        }

        /** Returns the gradient with respect to a layer's input, [channels, count · height · width]. */
        private ColumnMatrix below(Part part, int l, ColumnMatrix delta) {
            Convolution c = convolutions.get(l);
            ColumnMatrix patches = memory.take(c.patchSize(), delta.columns());
            patches.multiplyTransposed(scale(l), layers.get(l).weights(), delta, 0);
            ColumnMatrix images = memory.take(c.channels(), part.count() * c.height() * c.width());
            float[] ofPatches = new float[part.count() * c.positions() * c.patchSize()];
            float[] ofImages = new float[part.count() * c.inputSize()];
            patches.memory().get(0, ofPatches);
            c.scatter(ofPatches, part.count(), ofImages);
            images.memory().put(0, ofImages);
            memory.give(patches);
            return images;
        }
    }

    /** Returns X of a layer, [k · k · channels, count · positions]. */
    private ColumnMatrix patches(Part part, int l, double[] features) {
        Convolution c = convolutions.get(l);
        ColumnMatrix patches = memory.take(c.patchSize(), part.count() * c.positions());
        if (l > 0) {
            gather(l, part.activations().get(l - 1), part.count(), patches);
            return patches;
        }
        ColumnMatrix images = images(part, features);
        gather(l, images, part.count(), patches);
        memory.give(images);
        return patches;
    }

    /** Returns a part's images, [channels, count · height · width]. */
    private ColumnMatrix images(Part part, double[] features) {
        Convolution c = convolutions.get(0);
        ColumnMatrix images = memory.take(c.channels(), part.count() * c.height() * c.width());
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
