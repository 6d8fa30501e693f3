package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.List;

/** Convolutions in plain arrays; see {@link ConvolutionalNetwork}. Rows are independent of each other. */
public final class ConvolutionalSnapshot implements NetworkSnapshot {
    private final NetworkPlan.Convolutions plan;
    private final List<Convolution> convolutions;
    private final List<Affine> filters;

    private ConvolutionalSnapshot(NetworkPlan.Convolutions plan, List<Affine> filters) {
        this.plan = plan;
        this.convolutions = plan.chain();
        this.filters = List.copyOf(filters);
    }

    static ConvolutionalSnapshot of(NetworkPlan.Convolutions plan, double[] parameters) {
        List<Affine> filters = new ArrayList<>();
        int at = 0;
        for (Convolution c : plan.chain()) {
            filters.add(Affine.of(c.patchSize(), c.filters(), true, parameters, at));
            at += (c.patchSize() + 1) * c.filters();
        }
        return new ConvolutionalSnapshot(plan, filters);
    }

    /** Returns the form. */
    public NetworkPlan.Convolutions plan() {
        return plan;
    }

    /** Returns each layer's weights [kernel · kernel · channels, filters] and biases [filters]. */
    public List<Affine> filters() {
        return filters;
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
            double[] image = new double[inputSize()];
            for (int i = 0; i < image.length; i++) {
                image[i] = features[row * image.length + i] * plan.inputScale();
            }
            for (int l = 0; l < convolutions.size(); l++) {
                image = convolved(convolutions.get(l), filters.get(l), image);
            }
            for (int o = 0; o < image.length; o++) {
                outputs[row * image.length + o] = (float) image[o];
            }
        }
    }

    private double[] convolved(Convolution c, Affine filter, double[] image) {
        double[] patches = new double[c.positions() * c.patchSize()];
        c.forEachRun((inImage, inPatches) -> System.arraycopy(image, inImage, patches, inPatches, c.run()));
        double[] result = new double[c.outputSize()];
        double[] patch = new double[c.patchSize()];
        double[] pixel = new double[c.filters()];
        for (int position = 0; position < c.positions(); position++) {
            System.arraycopy(patches, position * patch.length, patch, 0, patch.length);
            filter.apply(patch, pixel);
            System.arraycopy(pixel, 0, result, position * pixel.length, pixel.length);
        }
        plan.activation().apply(result, result.length);
        return result;
    }
}
