package dev.gangway.inference.policy;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How an image observation is read as [height, width, channels].
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels of all stacked frames together
 * @param columns for each number in this order, which feature it is
 * @param scale what numbers are multiplied by: 1/255 for uint8, else 1
 */
public record ImageInput(int height, int width, int channels, int[] columns, double scale) {

    /**
     * Reads a space.
     *
     * @param channelsFirst whether the axes are [channels, height, width] instead of [height, width], [height, width,
     *     channels] or [stack, height, width, channels]
     * @throws IllegalArgumentException when it is not an image of this layout
     */
    public static ImageInput of(Space space, boolean channelsFirst) {
        int[] shape = space instanceof Box box ? box.shape() : new int[0];
        if (shape.length < 2 || shape.length > 4 || (channelsFirst && shape.length != 3)) {
            throw new IllegalArgumentException("Expected an image observation, a Box of shape "
                    + (channelsFirst
                            ? "[channels, height, width]"
                            : "[height, width], [height, width, channels] or [stack, height, width, channels]")
                    + ", found " + space + "; set the layout, or use an mlp");
        }
        if (Tensor.elementCount(shape) == 0) {
            throw new IllegalArgumentException(
                    "Expected an image of at least one pixel, found " + space + ", which holds none");
        }
        double scale = ((Box) space).dtype() == DType.UINT8 ? 1.0 / 255 : 1;
        if (channelsFirst) {
            return of(1, shape[0], shape[1], shape[2], true, scale);
        }
        int stack = shape.length == 4 ? shape[0] : 1;
        int first = shape.length == 4 ? 1 : 0;
        int channels = shape.length == 2 ? 1 : shape[first + 2];
        return of(stack, channels, shape[first], shape[first + 1], false, scale);
    }

    private static ImageInput of(int stack, int channels, int height, int width, boolean channelsFirst, double scale) {
        int all = stack * channels;
        int pixels = height * width;
        int[] columns = IntStream.range(0, pixels * all)
                .map(i -> {
                    int pixel = i / all;
                    int frame = i % all / channels;
                    int channel = i % channels;
                    return channelsFirst ? channel * pixels + pixel : (frame * pixels + pixel) * channels + channel;
                })
                .toArray();
        return new ImageInput(height, width, all, columns, scale);
    }

    /** Returns whether the features are in this order already. */
    public boolean inOrder() {
        return Arrays.equals(columns, IntStream.range(0, columns.length).toArray());
    }
}
