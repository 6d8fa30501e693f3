package dev.gangway.inference.policy;

import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Turns observations into D float features, as {@code gymnasium.spaces.utils.flatten} does: a Box and a MultiBinary row by
 * row; a Discrete one-hot over its n values; a MultiDiscrete as its elements' one-hots, one after the other; a Tuple and
 * a Dict as their parts' features, one after the other in the space's order.
 *
 * <p>Immutable and thread-safe.
 */
public final class ObservationEncoder {
    private final Space space;
    private final List<ObservationEncoder> parts; // of a Tuple or Dict
    private final int size;

    /**
     * Makes one for a space.
     *
     * @throws ArithmeticException when D would not fit an int
     * @throws IllegalArgumentException when the space, or a part of it, has values without a fixed number of features
     */
    public ObservationEncoder(Space space) {
        this.space = space;
        this.parts = partsOf(space).stream().map(ObservationEncoder::new).toList();
        this.size = parts.isEmpty()
                ? sizeOf(space)
                : parts.stream().mapToInt(ObservationEncoder::size).reduce(0, Math::addExact);
    }

    /** Returns D. */
    public int size() {
        return size;
    }

    /** Returns which features are numbers of a Box, shape [D]; the others are one-hots and bits. */
    public boolean[] numbers() {
        boolean[] numbers = new boolean[size];
        if (parts.isEmpty()) {
            Arrays.fill(numbers, space instanceof Box);
        }
        int column = 0;
        for (ObservationEncoder part : parts) {
            System.arraycopy(part.numbers(), 0, numbers, column, part.size);
            column += part.size;
        }
        return numbers;
    }

    /**
     * Returns the bounds of each feature, rounded to float: those of a Box or MultiBinary, and infinite ones where there is no
     * bound or where no other value can occur: of one-hots, and of bounds that are those of an integer type itself.
     */
    public Bounds bounds() {
        float[] low = new float[size];
        float[] high = new float[size];
        Arrays.fill(low, Float.NEGATIVE_INFINITY);
        Arrays.fill(high, Float.POSITIVE_INFINITY);
        writeBounds(low, high, 0);
        return new Bounds(low, high);
    }

    private void writeBounds(float[] low, float[] high, int offset) {
        if (space instanceof MultiBinary) {
            Arrays.fill(low, offset, offset + size, 0);
            Arrays.fill(high, offset, offset + size, 1);
        } else if (space instanceof Box box) {
            box.low().copyTo(low, offset);
            box.high().copyTo(high, offset);
            for (int i = 0; i < size; i++) {
                if (box.dtype() == DType.UINT8 && low[offset + i] == 0 && high[offset + i] == 255) {
                    low[offset + i] = Float.NEGATIVE_INFINITY;
                    high[offset + i] = Float.POSITIVE_INFINITY;
                }
            }
        }
        int column = offset;
        for (ObservationEncoder part : parts) {
            part.writeBounds(low, high, column);
            column += part.size;
        }
    }

    /**
     * What each feature may be.
     *
     * @param low shape [D]
     * @param high shape [D]
     */
    public record Bounds(float[] low, float[] high) {
        /** Returns whether there is a bound at all. */
        public boolean any() {
            for (int i = 0; i < low.length; i++) {
                if (low[i] > Float.NEGATIVE_INFINITY || high[i] < Float.POSITIVE_INFINITY) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Says which number of an observation a feature is, e.g. {@code " at element [1] of 'position'"}. */
    public String place(int feature) {
        int column = feature;
        for (int i = 0; i < parts.size(); i++) {
            if (column < parts.get(i).size) {
                return UnfitObservationException.within(parts.get(i).place(column), partName(i));
            }
            column -= parts.get(i).size;
        }
        return space instanceof ArraySpace array ? place(array, column) : "";
    }

    private String partName(int part) {
        return space instanceof Dict dict
                ? "'" + List.copyOf(dict.spaces().keySet()).get(part) + "'"
                : "part " + part;
    }

    private static String place(ArraySpace space, int element) {
        int[] shape = space.shape();
        int[] place = new int[shape.length];
        int rest = element;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            place[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return shape.length == 0 ? "" : " at element " + Arrays.toString(place);
    }

    /**
     * Encodes a batch.
     *
     * @param batch n observations: a tensor of shape [n, …], or a tuple or dictionary of such batches
     * @param features receives n · D numbers from {@code offset} on, row-major
     * @throws IllegalArgumentException when type or shape is not the space's
     * @throws UnfitObservationException when a discrete value lies outside of its space, or a number is not finite as a float
     */
    public void encode(Value batch, int n, float[] features, int offset) {
        encode(batch, n, features, offset, row -> false);
    }

    /**
     * As {@link #encode(Value, int, float[], int)}, but where some rows are ignored, in which a value that cannot be encoded
     * becomes another.
     *
     * @param isIgnored which of the n observations nothing depends on
     */
    public void encode(Value batch, int n, float[] features, int offset, IntPredicate isIgnored) {
        if (!parts.isEmpty()) {
            encodeParts(batch, n, features, offset, isIgnored);
            return;
        }
        if (!(space instanceof ArraySpace array)) {
            return; // a Tuple or Dict without parts
        }
        Tensor tensor = batch.asTensor();
        checkBatch(array, tensor, n);
        if (space instanceof Discrete discrete) {
            Arrays.fill(features, offset, offset + n * size, 0);
            for (int row = 0; row < n; row++) {
                int index = index(tensor.getLong(row), discrete.start(), discrete.n(), row, 0, isIgnored);
                features[offset + row * size + index] = 1;
            }
        } else if (space instanceof MultiDiscrete multi) {
            Arrays.fill(features, offset, offset + n * size, 0);
            encodeOneHots(multi, tensor, n, features, offset, isIgnored);
        } else {
            tensor.copyTo(features, offset);
            if (array.dtype().isFloating()) {
                requireFinite(tensor, features, offset, isIgnored);
            }
        }
    }

    private void encodeParts(Value batch, int n, float[] features, int offset, IntPredicate isIgnored) {
        int column = offset;
        for (int i = 0; i < parts.size(); i++) {
            ObservationEncoder part = parts.get(i);
            float[] block = new float[n * part.size];
            try {
                part.encode(partOf(batch, i), n, block, 0, isIgnored);
            } catch (UnfitObservationException e) {
                throw e.within(partName(i));
            }
            for (int row = 0; row < n; row++) {
                System.arraycopy(block, row * part.size, features, column + row * size, part.size);
            }
            column += part.size;
        }
    }

    private Value partOf(Value batch, int index) {
        if (space instanceof Tuple
                && batch instanceof TupleValue tuple
                && tuple.values().size() == parts.size()) {
            return tuple.values().get(index);
        }
        if (space instanceof Dict dict && batch instanceof DictValue named) {
            return named.get(List.copyOf(dict.spaces().keySet()).get(index));
        }
        throw new IllegalArgumentException("Expected a batch of observations of " + space + ", found " + batch);
    }

    private static List<Space> partsOf(Space space) {
        if (space instanceof Tuple tuple) {
            return tuple.spaces();
        }
        return space instanceof Dict dict ? List.copyOf(dict.spaces().values()) : List.of();
    }

    private void encodeOneHots(
            MultiDiscrete multi, Tensor tensor, int n, float[] features, int offset, IntPredicate isIgnored) {
        int elements = multi.nvec().size();
        int at = offset;
        for (int i = 0; i < n * elements; i++) {
            int element = i % elements;
            long count = multi.nvec().getLong(element);
            long start = multi.start().getLong(element);
            features[at + index(tensor.getLong(i), start, count, i / elements, element, isIgnored)] = 1;
            at += (int) count;
        }
    }

    private int index(long value, long start, long n, int row, int element, IntPredicate isIgnored) {
        if (value < start || value - start >= n) {
            if (isIgnored.test(row)) {
                return 0;
            }
            throw new UnfitObservationException(
                    row,
                    String.valueOf(value),
                    place((ArraySpace) space, element),
                    "an integer from " + start + " to " + (start + n - 1) + ", because the space is " + space);
        }
        return (int) (value - start);
    }

    private void requireFinite(Tensor tensor, float[] features, int offset, IntPredicate isIgnored) {
        int count = tensor.size();
        for (int i = 0; i < count; i++) {
            if (!(Math.abs(features[offset + i]) <= Float.MAX_VALUE)) { // also where it is not a number
                if (isIgnored.test(i / size)) {
                    features[offset + i] = 0;
                    continue;
                }
                throw new UnfitObservationException(
                        i / size,
                        String.valueOf(tensor.getDouble(i)),
                        place((ArraySpace) space, i % size),
                        "a finite number within ±3.4E38, because networks compute with float32; mend the environment, or"
                                + " register it with a gymnasium.wrappers.TransformObservation that clips or scales");
            }
        }
    }

    private static void checkBatch(ArraySpace space, Tensor tensor, int n) {
        int[] inner = space.shape();
        int[] expected = new int[inner.length + 1];
        expected[0] = n;
        System.arraycopy(inner, 0, expected, 1, inner.length);
        if (tensor.dtype() != space.dtype() || !Arrays.equals(tensor.shape(), expected)) {
            throw new IllegalArgumentException("Expected " + n + " observations of " + space + ", "
                    + space.dtype().numpyName() + Arrays.toString(expected) + ", found "
                    + tensor.dtype().numpyName() + Arrays.toString(tensor.shape()));
        }
    }

    private static int sizeOf(Space space) {
        if (space instanceof Discrete discrete) {
            return Math.toIntExact(discrete.n());
        }
        if (space instanceof MultiDiscrete multi) {
            long sum = 0;
            for (int i = 0; i < multi.nvec().size(); i++) {
                sum = Math.addExact(sum, multi.nvec().getLong(i));
            }
            return Math.toIntExact(sum);
        }
        if (space instanceof ArraySpace array) {
            return Tensor.elementCount(array.shape());
        }
        if (space instanceof Tuple || space instanceof Dict) {
            return 0;
        }
        throw new IllegalArgumentException(
                "Expected a Box, Discrete, MultiDiscrete or MultiBinary observation space, or a"
                        + " Tuple or Dict of such, found " + space
                        + ": register the environment with a gymnasium.wrappers.TransformObservation that makes one of it");
    }
}
