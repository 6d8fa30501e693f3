package dev.gangway.inference.network;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The geometry of one convolution without padding over images in row-major [height, width, channels] order.
 *
 * @param height of the input
 * @param width of the input
 * @param channels of the input
 * @param filters F, channels of the output
 * @param kernel k, extent of a square patch
 * @param stride distance of neighbouring patches
 */
public record Convolution(int height, int width, int channels, int filters, int kernel, int stride) {
    /** Refuses a kernel that fits nowhere. */
    public Convolution {
        if (filters < 1 || kernel < 1 || stride < 1 || kernel > height || kernel > width) {
            throw new IllegalArgumentException(
                    ("Expected a convolution of at least 1 filter, kernel and stride, whose kernel fits its input of"
                                    + " %d × %d pixels, found %d filters of kernel %d and stride %d")
                            .formatted(height, width, filters, kernel, stride));
        }
    }

    /** Returns the convolutions of images by these filters, each on the output of the one before. */
    static List<Convolution> chain(int height, int width, int channels, List<Filters> layers) {
        List<Convolution> chain = new ArrayList<>();
        int h = height;
        int w = width;
        int c = channels;
        for (Filters layer : layers) {
            Convolution next = new Convolution(h, w, c, layer.count(), layer.kernel(), layer.stride());
            chain.add(next);
            h = next.outputHeight();
            w = next.outputWidth();
            c = next.filters();
        }
        return chain;
    }

    /** Returns the height of the output. */
    public int outputHeight() {
        return (height - kernel) / stride + 1;
    }

    /** Returns the width of the output. */
    public int outputWidth() {
        return (width - kernel) / stride + 1;
    }

    /** Returns the number of patches of an image. */
    public int positions() {
        return outputHeight() * outputWidth();
    }

    /** Returns the numbers of a patch, k · k · channels. */
    public int patchSize() {
        return kernel * kernel * channels;
    }

    /** Returns the numbers of an input image. */
    public int inputSize() {
        return height * width * channels;
    }

    /** Returns the numbers of an output image. */
    public int outputSize() {
        return positions() * filters;
    }

    /** Returns the numbers of one row of a patch, which lie together in the image. */
    public int run() {
        return kernel * channels;
    }

    /** Calls for every row of every patch of an image: both offsets in numbers, of the image and of its patches. */
    public void forEachRun(RunVisitor visitor) {
        int patch = 0;
        for (int y = 0; y < outputHeight(); y++) {
            for (int x = 0; x < outputWidth(); x++) {
                for (int row = 0; row < kernel; row++) {
                    visitor.visit(((y * stride + row) * width + x * stride) * channels, patch);
                    patch += run();
                }
            }
        }
    }

    /** What {@link #forEachRun} calls. */
    @FunctionalInterface
    public interface RunVisitor {
        /** Sees the offsets of a row of a patch, in numbers: in the image, and in all of the image's patches. */
        void visit(int inImage, int inPatches);
    }

    /**
     * Lays the patches of images one after the other.
     *
     * @param images shape [count, height, width, channels]
     * @param patches receives shape [count, positions, k, k, channels]
     */
    public void gather(FloatBuffer images, int count, FloatBuffer patches) {
        for (int i = 0; i < count; i++) {
            int from = i * inputSize();
            int to = i * positions() * patchSize();
            forEachRun((inImage, inPatches) -> patches.put(to + inPatches, images, from + inImage, run()));
        }
    }

    /** Adds patches to the images that they came from: the transpose of {@link #gather}. */
    public void scatter(float[] patches, int count, float[] images) {
        for (int i = 0; i < count; i++) {
            int to = i * inputSize();
            int from = i * positions() * patchSize();
            forEachRun((inImage, inPatches) -> {
                for (int j = 0; j < run(); j++) {
                    images[to + inImage + j] += patches[from + inPatches + j];
                }
            });
        }
    }

    /** Returns the patches of an image, a row for each position. */
    double[][] patches(double[] image) {
        double[][] patches = new double[positions()][patchSize()];
        forEachRun((inImage, inPatches) ->
                System.arraycopy(image, inImage, patches[inPatches / patchSize()], inPatches % patchSize(), run()));
        return patches;
    }

    /** Returns the sum of patches at the places that they came from: the transpose of {@link #patches}. */
    double[] sumOfPatches(double[][] patches) {
        double[] image = new double[inputSize()];
        forEachRun((inImage, inPatches) -> {
            double[] patch = patches[inPatches / patchSize()];
            for (int j = 0; j < run(); j++) {
                image[inImage + j] += patch[inPatches % patchSize() + j];
            }
        });
        return image;
    }

    /** Returns an output's numbers as a row of filters for each position. */
    double[][] pixels(double[] output) {
        double[][] pixels = new double[positions()][];
        for (int position = 0; position < pixels.length; position++) {
            pixels[position] = Arrays.copyOfRange(output, position * filters, (position + 1) * filters);
        }
        return pixels;
    }
}
