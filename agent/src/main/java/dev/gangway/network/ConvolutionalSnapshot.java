package dev.gangway.network;

import java.util.ArrayList;
import java.util.List;

/** Convolutions in plain arrays; see {@link ConvolutionalNetwork}. Rows are independent of each other. */
public final class ConvolutionalSnapshot implements NetworkSnapshot {
    private final List<Convolution> convolutions;
    private final List<Affine> filters;
    private final Activation activation;
    private final float inputScale;

    private ConvolutionalSnapshot(
            List<Convolution> convolutions, List<Affine> filters, Activation activation, float inputScale) {
        this.convolutions = List.copyOf(convolutions);
        this.filters = List.copyOf(filters);
        this.activation = activation;
        this.inputScale = inputScale;
    }

    static ConvolutionalSnapshot of(
            List<Convolution> convolutions, Activation activation, float inputScale, double[] parameters) {
        List<Affine> filters = new ArrayList<>();
        int at = 0;
        for (Convolution c : convolutions) {
            filters.add(Affine.of(c.patchSize(), c.filters(), true, parameters, at));
            at += (c.patchSize() + 1) * c.filters();
        }
        return new ConvolutionalSnapshot(convolutions, filters, activation, inputScale);
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
    public void forward(float[] features, int rows, float[] outputs) {
        for (int row = 0; row < rows; row++) {
            float[] image = new float[inputSize()];
            for (int i = 0; i < image.length; i++) {
                image[i] = features[row * image.length + i] * inputScale;
            }
            for (int l = 0; l < convolutions.size(); l++) {
                image = convolved(convolutions.get(l), filters.get(l), image);
            }
            System.arraycopy(image, 0, outputs, row * outputSize(), outputSize());
        }
    }

    private float[] convolved(Convolution c, Affine filter, float[] image) {
        float[] patches = new float[c.positions() * c.patchSize()];
        c.forEachRun((inImage, inPatches) -> System.arraycopy(image, inImage, patches, inPatches, c.run()));
        float[] result = new float[c.outputSize()];
        for (int position = 0; position < c.positions(); position++) {
            filter.apply(patches, position * c.patchSize(), result, position * c.filters());
        }
        activation.apply(result, 0, result.length);
        return result;
    }
}
