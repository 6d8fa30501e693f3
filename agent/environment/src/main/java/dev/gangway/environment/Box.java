package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * The space of arrays each of whose elements lies in an interval of its own: {@code gymnasium.spaces.Box}. An interval
 * includes its bounds and may lack one or both of them.
 *
 * @param dtype data type of the values and of both bounds
 * @param shape shape of a value
 * @param low inclusive lower bounds; an element without a lower bound holds −∞, or the type's minimum if it is an
 *     integer
 * @param high inclusive upper bounds; an element without an upper bound holds +∞, or the type's maximum if it is an
 *     integer
 * @param boundedBelow whether element i, counted in row-major order, has a lower bound
 * @param boundedAbove whether element i, counted in row-major order, has an upper bound
 */
public record Box(DType dtype, int[] shape, Tensor low, Tensor high, boolean[] boundedBelow, boolean[] boundedAbove)
        implements ArraySpace {

    /**
     * Copies the arrays and checks that the bounds fit together.
     *
     * @throws IllegalArgumentException when types, shapes or lengths differ, when an interval is empty, or when a bound
     *     is NaN
     */
    public Box {
        shape = shape.clone();
        boundedBelow = boundedBelow.clone();
        boundedAbove = boundedAbove.clone();
        checkBound("low", low, dtype, shape);
        checkBound("high", high, dtype, shape);
        int size = Tensor.elementCount(shape);
        if (boundedBelow.length != size || boundedAbove.length != size) {
            throw new IllegalArgumentException("Expected " + size + " flags for a Box of shape "
                    + Elements.tuple(shape) + ", found " + boundedBelow.length + " in boundedBelow and "
                    + boundedAbove.length + " in boundedAbove");
        }
        for (int i = 0; i < size; i++) {
            if (!atMost(low, high, i)) {
                throw new IllegalArgumentException("Expected low ≤ high in a Box, found low " + Elements.element(low, i)
                        + " and high " + Elements.element(high, i) + " at element " + i);
            }
        }
    }

    /**
     * Returns a FLOAT32 box with the same two bounds for every element. An infinite bound means that there is no bound.
     */
    public static Box of(float low, float high, int... shape) {
        float[] lows = new float[Tensor.elementCount(shape)];
        float[] highs = lows.clone();
        Arrays.fill(lows, low);
        Arrays.fill(highs, high);
        return of(Tensor.ofFloats(shape, lows), Tensor.ofFloats(shape, highs));
    }

    /**
     * Returns a box with these bounds, whose data type and shape it takes. An infinite bound means that there is no
     * bound.
     */
    public static Box of(Tensor low, Tensor high) {
        boolean floating = low.dtype().isFloating();
        return new Box(
                low.dtype(),
                low.shape(),
                low,
                high,
                flags(low.size(), i -> !floating || low.getDouble(i) > Double.NEGATIVE_INFINITY),
                flags(high.size(), i -> !floating || high.getDouble(i) < Double.POSITIVE_INFINITY));
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public boolean[] boundedBelow() {
        return boundedBelow.clone();
    }

    @Override
    public boolean[] boundedAbove() {
        return boundedAbove.clone();
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof Tensor tensor) || tensor.dtype() != dtype || !Arrays.equals(tensor.shape(), shape)) {
            return false;
        }
        for (int i = 0; i < tensor.size(); i++) {
            if (!atMost(low, tensor, i) || !atMost(tensor, high, i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>An element that is bounded on both sides is drawn uniformly; for integers both bounds are included. An element
     * that is bounded on one side is that bound plus or minus an exponential variate of mean 1. An unbounded element is
     * standard normal. Integers are rounded down.
     */
    @Override
    public Tensor sample(RandomGenerator random) {
        ByteBuffer data = Tensor.allocate(dtype, shape);
        for (int i = 0; i < low.size(); i++) {
            if (dtype.isFloating()) {
                Elements.putDouble(data, dtype, sampleFloating(random, i));
            } else {
                Elements.putLong(data, dtype, sampleInteger(random, i));
            }
        }
        return Tensor.wrap(dtype, shape, data.flip());
    }

    /**
     * Returns the box that repeats every bound n times along a new leading axis. As in Gymnasium, the elements of an
     * integer box then count as bounded on both sides.
     */
    @Override
    public Box batched(int n) {
        return of(Values.tile(low, n), Values.tile(high, n));
    }

    /**
     * Writes the value of this box that is nearest to {@code value} at element i, at the buffer's position. The value
     * is clipped to the bounds and rounded to the box's type: a floating type rounds as NumPy casts; an integer or
     * boolean type takes the nearest integer, and the even one of two that are equally near.
     *
     * @param target little-endian buffer whose position advances by one element
     * @param i row-major index of the element
     */
    public void putNearest(ByteBuffer target, int i, double value) {
        double least = low.getDouble(i);
        double most = high.getDouble(i);
        if (dtype.isFloating()) {
            Elements.putDouble(target, dtype, Math.max(least, Math.min(most, value)));
            return;
        }
        double whole = Math.rint(value);
        // A double cannot hold every 64-bit bound exactly. The bounds are therefore compared first and written as
        // integers.
        if (whole <= least) {
            Elements.putLong(target, dtype, low.getLong(i));
        } else if (whole >= most) {
            Elements.putLong(target, dtype, high.getLong(i));
        } else {
            Elements.putLong(target, dtype, whole < 0x1p63 ? (long) whole : (long) (whole - 0x1p63) ^ Long.MIN_VALUE);
        }
    }

    private double sampleFloating(RandomGenerator random, int i) {
        double least = low.getDouble(i);
        double most = high.getDouble(i);
        double value;
        if (boundedBelow[i] && boundedAbove[i]) {
            double part = random.nextDouble();
            value = least * (1 - part) + most * part; // high − low could overflow
        } else {
            value = sampleOpen(random, i, least, most);
        }
        return Math.max(least, Math.min(most, value)); // rounding could step out of the interval
    }

    private long sampleInteger(RandomGenerator random, int i) {
        long least = low.getLong(i);
        long most = high.getLong(i);
        if (boundedBelow[i] && boundedAbove[i]) {
            return Elements.uniformInclusive(random, least, most);
        }
        // Only signed types can lack a bound. The upper bound is raised by 1 because the result is rounded down.
        long value = (long) Math.floor(sampleOpen(random, i, (double) least, most + 1.0));
        return Math.max(least, Math.min(most, value));
    }

    private double sampleOpen(RandomGenerator random, int i, double least, double most) {
        if (boundedBelow[i]) {
            return least + random.nextExponential();
        }
        return boundedAbove[i] ? most - random.nextExponential() : random.nextGaussian();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Box that
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && low.equals(that.low)
                && high.equals(that.high)
                && Arrays.equals(boundedBelow, that.boundedBelow)
                && Arrays.equals(boundedAbove, that.boundedAbove);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * low.hashCode() + high.hashCode()) + Arrays.hashCode(boundedBelow);
    }

    /**
     * Returns a text like {@code Box(-1.0, 1.0, (3,), float32)}. Bounds that differ between elements are written as
     * arrays.
     */
    @Override
    public String toString() {
        return "Box(" + shortText(low) + ", " + shortText(high) + ", " + Elements.tuple(shape) + ", "
                + dtype.numpyName() + ")";
    }

    private static boolean[] flags(int size, IntPredicate bounded) {
        boolean[] flags = new boolean[size];
        for (int i = 0; i < size; i++) {
            flags[i] = bounded.test(i);
        }
        return flags;
    }

    private static void checkBound(String name, Tensor bound, DType dtype, int[] shape) {
        if (bound.dtype() != dtype || !Arrays.equals(bound.shape(), shape)) {
            throw new IllegalArgumentException("Expected " + name + " of a Box to be " + Tensor.describe(dtype, shape)
                    + ", found " + Tensor.describe(bound.dtype(), bound.shape()));
        }
    }

    /**
     * Returns whether element i of {@code left} is at most that of {@code right}. The comparison is exact in every
     * type, and false when either is NaN.
     */
    private static boolean atMost(Tensor left, Tensor right, int i) {
        return left.dtype().isFloating()
                ? left.getDouble(i) <= right.getDouble(i)
                : Elements.compare(left.dtype(), left.getLong(i), right.getLong(i)) <= 0;
    }

    private static String shortText(Tensor bound) {
        for (int i = 1; i < bound.size(); i++) {
            if (!Elements.element(bound, i).equals(Elements.element(bound, 0))) {
                return Elements.array(bound);
            }
        }
        return bound.size() == 0 ? Elements.array(bound) : Elements.element(bound, 0);
    }
}
