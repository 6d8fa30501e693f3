package dev.gangway.network;

import java.nio.ByteBuffer;
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
    public Pass forward(INDArray features) {
        if (features.rank() != 2 || features.size(1) != inputSize() || features.dataType() != parameters.dataType()) {
            throw new IllegalArgumentException("Expected features of shape [B, " + inputSize() + "], "
                    + parameters.dataType() + ", found " + features.shapeInfoToString());
        }
        int images = (int) features.size(0);
        ByteBuffer input = Matrices.bytes(Matrices.rowMajor(features));
        INDArray output = buffers.take(outputSize(), images);
        List<Part> parts = new ArrayList<>();
        for (int first = 0; first < images; first += imagesAtATime) {
            Part part = new Part(first, Math.min(imagesAtATime, images - first), new ArrayList<>());
            for (int l = 0; l < convolutions.size(); l++) {
                INDArray patches = patches(part, l, input);
                INDArray z = buffers.take(convolutions.get(l).filters(), patches.size(1));
                Nd4j.gemm(bias(parameters.vector(), l), buffers.ones(z.size(1)), z, false, true, 1, 0);
                Nd4j.gemm(weights(parameters.vector(), l), patches, z, false, false, scale(l), 1);
                MatrixActivation.apply(plan.activation(), z);
                buffers.give(patches);
                part.activations().add(z);
            }
            copy(
                    Matrices.bytes(part.last()),
                    0,
                    Matrices.bytes(output),
                    part.first() * outputSize(),
                    part.last().length());
            parts.add(part);
        }
        return new ConvolutionalPass(input, output, parts);
    }

    /** Some of a batch's images and what each layer made of them, [filters, count · positions], column-major. */
    private record Part(int first, int count, List<INDArray> activations) {
        INDArray last() {
            return activations.get(activations.size() - 1);
        }
    }

    private final class ConvolutionalPass implements Pass {
        private final ByteBuffer input;
        private final INDArray output;
        private final List<Part> parts;

        ConvolutionalPass(ByteBuffer input, INDArray output, List<Part> parts) {
            this.input = input;
            this.output = output;
            this.parts = parts;
        }

        @Override
        public INDArray output() {
            return output.transpose();
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return backward(outputGradient, null);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            ByteBuffer above = Matrices.bytes(Matrices.rowMajor(outputGradient));
            for (Part part : parts) {
                INDArray delta = buffers.take(part.last().size(0), part.last().size(1));
                copy(above, part.first() * outputSize(), Matrices.bytes(delta), 0, delta.length());
                for (int l = convolutions.size() - 1; l >= 0; l--) {
                    MatrixActivation.timesDerivative(
                            plan.activation(), delta, part.activations().get(l), buffers);
                    addParameterGradient(part, l, delta);
                    INDArray next = l > 0 || featureGradient != null ? below(part, l, delta) : null;
                    buffers.give(delta);
                    delta = next;
                }
                if (featureGradient != null) {
                    copy(
                            Matrices.bytes(delta),
                            0,
                            Matrices.bytes(featureGradient),
                            part.first() * inputSize(),
                            delta.length());
                    buffers.give(delta);
                }
            }
            return gradient.dup();
        }

        private void addParameterGradient(Part part, int l, INDArray delta) {
            double kept = part.first() == 0 ? 0 : 1;
            INDArray patches = patches(part, l, input);
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

        @Override
        public void close() {
            for (Part part : parts) {
                part.activations().forEach(buffers::give);
            }
            parts.clear();
            buffers.give(output);
        }
    }

    /** Returns X of a layer, [k · k · channels, count · positions]. */
    private INDArray patches(Part part, int l, ByteBuffer input) {
        Convolution c = convolutions.get(l);
        INDArray patches = buffers.take(c.patchSize(), (long) part.count() * c.positions());
        ByteBuffer images = l == 0 ? input : Matrices.bytes(part.activations().get(l - 1));
        c.gather(images, l == 0 ? part.first() : 0, part.count(), Matrices.bytes(patches), itemSize());
        return patches;
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

    private void copy(ByteBuffer source, int from, ByteBuffer target, int to, long count) {
        target.put(to * itemSize(), source, from * itemSize(), Math.toIntExact(count * itemSize()));
    }

    private int itemSize() {
        return parameters.dataType().width();
    }

    private static String weightsName(int layer) {
        return "convolution" + layer + ".weights";
    }

    private static String biasName(int layer) {
        return "convolution" + layer + ".bias";
    }
}
