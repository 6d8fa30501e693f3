package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolutions without padding over images in [height, width, channels] order, φ after each; the output is the last
 * one's, flattened in the same order. Parameters: {@code convolution0.weights} [k, k, channels, filters],
 * {@code convolution0.bias} [filters], {@code convolution1.weights} …
 *
 * <p>A convolution is a matrix product over patches: with the patches of all images as the columns of X, Z = Wᵀ X + b, and its
 * column-major memory is the next layer's image. Backward, ∂W = X δᵀ and ∂X = W δ, scattered back to where the patches came from.
 * Patches overlap, so X is several times larger than the images: it is made for some images at a time, and made again for
 * the backward pass instead of being kept.
 */
public final class ConvolutionalNetwork implements Layer {
    /** Most numbers in X; 16 MB in float. */
    private static final int PATCH_NUMBERS = 1 << 22;

    private final NetworkPlan.Convolutions plan;
    private final List<Convolution> convolutions;
    private final ParameterVector parameters;
    private final INDArray gradient;
    private final Buffers buffers;
    private final int imagesAtATime;
    private ConvolutionalPass latest;

    private ConvolutionalNetwork(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        this.plan = plan;
        this.convolutions = plan.chain();
        this.parameters = parameters;
        gradient = Nd4j.create(parameters.dataType(), parameters.size());
        buffers = new Buffers(parameters.dataType());
        int largest = convolutions.stream()
                .mapToInt(c -> Math.multiplyExact(c.positions(), c.patchSize()))
                .max()
                .orElseThrow();
        imagesAtATime = Math.max(1, PATCH_NUMBERS / largest);
    }

    /**
     * Returns one with biases 0 and orthogonal weights.
     *
     * @param random drawn from layer by layer
     * @throws IllegalArgumentException when a layer's kernel does not fit its input
     */
    public static ConvolutionalNetwork of(NetworkPlan.Convolutions plan, RandomGenerator random, DataType dataType) {
        List<Convolution> convolutions = plan.chain();
        ParameterVector.Builder builder = ParameterVector.builder(dataType);
        for (int l = 0; l < convolutions.size(); l++) {
            Convolution c = convolutions.get(l);
            long kernel = c.kernel();
            builder.add(weightsName(l), kernel, kernel, (long) c.channels(), (long) c.filters())
                    .add(biasName(l), (long) c.filters());
        }
        ParameterVector parameters = builder.build();
        for (int l = 0; l < convolutions.size(); l++) {
            Convolution c = convolutions.get(l);
            parameters.assign(weightsName(l), Orthogonal.matrix(c.patchSize(), c.filters(), plan.gain(), random));
        }
        return new ConvolutionalNetwork(plan, parameters);
    }

    @Override
    public ConvolutionalNetwork over(ParameterVector elsewhere) {
        return new ConvolutionalNetwork(plan, elsewhere);
    }

    @Override
    public int inputSize() {
        return convolutions.get(0).inputSize();
    }

    @Override
    public int outputSize() {
        return convolutions.get(convolutions.size() - 1).outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public NetworkSnapshot snapshot() {
        return ConvolutionalSnapshot.of(plan, parameters.toDoubles());
    }

    @Override
    public Pass forward(double[] features) {
        int images = Matrices.rows(features, inputSize());
        if (latest != null) {
            latest.parts.forEach(part -> part.activations().forEach(buffers::give));
        }
        double[] output = new double[images * outputSize()];
        List<Part> parts = new ArrayList<>();
        for (int first = 0; first < images; first += imagesAtATime) {
            Part part = new Part(first, Math.min(imagesAtATime, images - first), new ArrayList<>());
            for (int l = 0; l < convolutions.size(); l++) {
                INDArray patches = patches(part, l, features);
                INDArray z = convolved(parameters.vector(), l, patches);
                MatrixActivation.apply(plan.activation(), z);
                buffers.give(patches);
                part.activations().add(z);
            }
            Matrices.read(part.last(), output, first * outputSize());
            parts.add(part);
        }
        latest = new ConvolutionalPass(features, output, parts);
        return latest;
    }

    /** Returns Wᵀ X + b of a layer, with W and b of a vector in the parameters' layout. */
    private INDArray convolved(INDArray flat, int l, INDArray patches) {
        INDArray z = buffers.take(convolutions.get(l).filters(), patches.size(1));
        Nd4j.gemm(bias(flat, l), buffers.ones(z.size(1)), z, false, true, 1, 0);
        Nd4j.gemm(weights(flat, l), patches, z, false, false, scale(l), 1);
        return z;
    }

    /** Some of a batch's images and what each layer made of them, [filters, count · positions], column-major. */
    private record Part(int first, int count, List<INDArray> activations) {
        INDArray last() {
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
                INDArray delta = buffers.take(part.last().size(0), part.last().size(1));
                Matrices.write(outputGradient, part.first() * outputSize(), delta);
                for (int l = convolutions.size() - 1; l >= 0; l--) {
                    MatrixActivation.timesDerivative(
                            plan.activation(), delta, part.activations().get(l), buffers);
                    addParameterGradient(part, l, delta);
                    INDArray next = l > 0 || featureGradient != null ? below(part, l, delta) : null;
                    buffers.give(delta);
                    delta = next;
                }
                if (featureGradient != null) {
                    Matrices.read(delta, featureGradient, part.first() * inputSize());
                    buffers.give(delta);
                }
            }
            return Matrices.toDoubles(gradient);
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            INDArray along = Nd4j.create(parameters.dataType(), direction.length);
            Matrices.write(direction, 0, along);
            double[] tangent = new double[output.length];
            for (Part part : parts) {
                INDArray below = featureTangent == null ? null : images(part, featureTangent);
                for (int l = 0; l < convolutions.size(); l++) {
                    INDArray patches = patches(part, l, features);
                    INDArray above = convolved(along, l, patches);
                    if (below != null) {
                        gather(convolutions.get(l), below, part.count(), patches);
                        Nd4j.gemm(weights(parameters.vector(), l), patches, above, false, false, scale(l), 1);
                        buffers.give(below);
                    }
                    buffers.give(patches);
                    MatrixActivation.timesDerivative(
                            plan.activation(), above, part.activations().get(l), buffers);
                    below = above;
                }
                Matrices.read(below, tangent, part.first() * outputSize());
                buffers.give(below);
            }
            return tangent;
        }

        private void checkLatest() {
            if (latest != this) {
                throw new IllegalStateException("Expected the network's latest pass, found an earlier one");
            }
        }

        private void addParameterGradient(Part part, int l, INDArray delta) {
            double kept = part.first() == 0 ? 0 : 1;
            INDArray patches = patches(part, l, features);
            Nd4j.gemm(delta, patches, weights(gradient, l), false, true, scale(l), kept);
            Nd4j.gemm(delta, buffers.ones(delta.size(1)), bias(gradient, l), false, false, 1, kept);
            buffers.give(patches);
        }

        /** Returns the gradient with respect to a layer's input, [channels, count · height · width]. */
        private INDArray below(Part part, int l, INDArray delta) {
            Convolution c = convolutions.get(l);
            INDArray patches = buffers.take(c.patchSize(), delta.size(1));
            Nd4j.gemm(weights(parameters.vector(), l), delta, patches, true, false, scale(l), 0);
            INDArray images = buffers.take(c.channels(), (long) part.count() * c.height() * c.width());
            images.assign(0);
            if (parameters.dataType() == DataType.DOUBLE) {
                c.scatter(
                        Matrices.bytes(patches).asDoubleBuffer(),
                        part.count(),
                        Matrices.bytes(images).asDoubleBuffer());
            } else {
                c.scatter(
                        Matrices.bytes(patches).asFloatBuffer(),
                        part.count(),
                        Matrices.bytes(images).asFloatBuffer());
            }
            buffers.give(patches);
            return images;
        }
    }

    /** Returns X of a layer, [k · k · channels, count · positions]. */
    private INDArray patches(Part part, int l, double[] features) {
        Convolution c = convolutions.get(l);
        INDArray patches = buffers.take(c.patchSize(), (long) part.count() * c.positions());
        if (l > 0) {
            gather(c, part.activations().get(l - 1), part.count(), patches);
            return patches;
        }
        INDArray images = images(part, features);
        gather(c, images, part.count(), patches);
        buffers.give(images);
        return patches;
    }

    /** Returns a part's images, [channels, count · height · width]. */
    private INDArray images(Part part, double[] features) {
        Convolution c = convolutions.get(0);
        INDArray images = buffers.take(c.channels(), (long) part.count() * c.height() * c.width());
        Matrices.write(features, part.first() * inputSize(), images);
        return images;
    }

    private void gather(Convolution c, INDArray images, int count, INDArray patches) {
        c.gather(
                Matrices.bytes(images),
                count,
                Matrices.bytes(patches),
                parameters.dataType().width());
    }

    private double scale(int l) {
        return l == 0 ? plan.inputScale() : 1;
    }

    private INDArray weights(INDArray flat, int l) {
        Convolution c = convolutions.get(l);
        return parameters
                .viewOf(flat, weightsName(l))
                .reshape('c', c.patchSize(), c.filters())
                .transpose();
    }

    private INDArray bias(INDArray flat, int l) {
        return parameters
                .viewOf(flat, biasName(l))
                .reshape('f', convolutions.get(l).filters(), 1);
    }

    private static String weightsName(int layer) {
        return "convolution" + layer + ".weights";
    }

    private static String biasName(int layer) {
        return "convolution" + layer + ".bias";
    }
}
