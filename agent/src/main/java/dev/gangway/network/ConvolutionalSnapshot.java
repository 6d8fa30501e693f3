package dev.gangway.network;

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
        float inputScale = (float) plan.inputScale();
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
        plan.activation().apply(result, 0, result.length);
        return result;
    }
}
