package dev.gangway.learning.network;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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
record Convolution(int height, int width, int channels, int filters, int kernel, int stride) {
    /** Checks that at least one patch fits. */
    Convolution {
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

    int outputHeight() {
        return (height - kernel) / stride + 1;
    }

    int outputWidth() {
        return (width - kernel) / stride + 1;
    }

    /** Patches per image. */
    int positions() {
        return outputHeight() * outputWidth();
    }

    /** Numbers per patch, k · k · channels. */
    int patchSize() {
        return kernel * kernel * channels;
    }

    int inputSize() {
        return height * width * channels;
    }

    int outputSize() {
        return positions() * filters;
    }

    /** Numbers of one row of a patch, which lie together in the image. */
    int run() {
        return kernel * channels;
    }

    /** Calls for every row of every patch of an image: both offsets in numbers, of the image and of its patches. */
    void forEachRun(RunVisitor visitor) {
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
    interface RunVisitor {
        void visit(int inImage, int inPatches);
    }

    /**
     * Lays the patches of images one after the other.
     *
     * @param images numbers of {@code itemSize} bytes, shape [count, height, width, channels]
     * @param patches receives shape [count, positions, k, k, channels]
     */
    void gather(ByteBuffer images, int count, ByteBuffer patches, int itemSize) {
        int bytes = run() * itemSize;
        for (int i = 0; i < count; i++) {
            int from = i * inputSize();
            int to = i * positions() * patchSize();
            forEachRun((inImage, inPatches) ->
                    patches.put((to + inPatches) * itemSize, images, (from + inImage) * itemSize, bytes));
        }
    }

    /** Adds patches to the images that they came from: the transpose of {@link #gather}. */
    void scatter(FloatBuffer patches, int count, FloatBuffer images) {
        for (int i = 0; i < count; i++) {
            int to = i * inputSize();
            int from = i * positions() * patchSize();
            forEachRun((inImage, inPatches) -> {
                for (int j = 0; j < run(); j++) {
                    int at = to + inImage + j;
                    images.put(at, images.get(at) + patches.get(from + inPatches + j));
                }
            });
        }
    }

    /** As above, in double. */
    void scatter(DoubleBuffer patches, int count, DoubleBuffer images) {
        for (int i = 0; i < count; i++) {
            int to = i * inputSize();
            int from = i * positions() * patchSize();
            forEachRun((inImage, inPatches) -> {
                for (int j = 0; j < run(); j++) {
                    int at = to + inImage + j;
                    images.put(at, images.get(at) + patches.get(from + inPatches + j));
                }
            });
        }
    }
}
