package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class BoxTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final int[] NONE = {};

    private static Tensor integers(DType dtype, long... values) {
        ByteBuffer data = Tensor.allocate(dtype, values.length);
        Arrays.stream(values).forEach(value -> Elements.putLong(data, dtype, value));
        return Tensor.wrap(dtype, new int[] {values.length}, data.flip());
    }

    private static double[] samples(Box box, int count) {
        SplittableRandom random = new SplittableRandom(11);
        return DoubleStream.generate(() -> {
                    Tensor value = box.sample(random);
                    assertTrue(box.contains(value), () -> value + " in " + box);
                    return value.getDouble(0);
                })
                .limit(count)
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    @Test
    void aValueWithinInclusiveBoundsIsContained() {
        Box box = Box.of(-1, 2, 2);
        assertTrue(box.contains(Tensor.ofFloats(new int[] {2}, -1, 2)));
        assertTrue(box.contains(Tensor.ofFloats(new int[] {2}, -0.0f, 0)));
        assertFalse(box.contains(Tensor.ofFloats(new int[] {2}, -1, Math.nextUp(2f))));
        assertFalse(box.contains(Tensor.ofFloats(new int[] {2}, Float.NaN, 0)));
    }

    @Test
    void aValueOfAnotherTypeOrShapeIsNotContained() {
        Box box = Box.of(-1, 2, 2);
        assertFalse(box.contains(Tensor.ofDoubles(new int[] {2}, 0, 0)));
        assertFalse(box.contains(Tensor.ofFloats(new int[] {1, 2}, 0, 0)));
        assertFalse(box.contains(Tensor.ofFloats(new int[] {1}, 0)));
    }

    @Test
    void anUnboundedElementMayBeInfiniteButNotNan() {
        Box box = Box.of(-INFINITY, INFINITY);
        assertTrue(box.contains(Tensor.ofFloats(NONE, INFINITY)));
        assertFalse(box.contains(Tensor.ofFloats(NONE, Float.NaN)));
    }

    @Test
    void boundsOf64BitIntegersAreComparedExactly() {
        Box signed = Box.of(integers(DType.INT64, Long.MAX_VALUE - 1), integers(DType.INT64, Long.MAX_VALUE - 1));
        assertTrue(signed.contains(integers(DType.INT64, Long.MAX_VALUE - 1)));
        assertFalse(signed.contains(integers(DType.INT64, Long.MAX_VALUE)));
        Box unsigned = Box.of(integers(DType.UINT64, 1), integers(DType.UINT64, -2));
        assertTrue(unsigned.contains(integers(DType.UINT64, Long.MIN_VALUE)));
        assertFalse(unsigned.contains(integers(DType.UINT64, -1)));
        assertFalse(unsigned.contains(integers(DType.UINT64, 0)));
    }

    @Test
    void aBoxWithoutElementsContainsItsOneValue() {
        Box box = Box.of(0, 1, 0, 3);
        assertTrue(box.contains(box.sample(new SplittableRandom(0))));
        assertArrayEquals(new int[] {0, 3}, box.shape());
    }

    @Test
    void boundsOnBothSidesGiveAUniformSample() {
        double[] values = samples(Box.of(-1, 3, 1), 20_000);
        assertEquals(1, mean(values), 0.03);
        assertEquals(0.25, mean(Arrays.stream(values).map(v -> v < 0 ? 1 : 0).toArray()), 0.01);
    }

    @Test
    void theWholeRangeOfDoublesCanBeSampled() {
        double most = Double.MAX_VALUE;
        double[] values = samples(Box.of(Tensor.ofDoubles(NONE, -most), Tensor.ofDoubles(NONE, most)), 2000);
        assertEquals(0.5, mean(Arrays.stream(values).map(v -> v < 0 ? 1 : 0).toArray()), 0.05);
        assertTrue(Arrays.stream(values).allMatch(Double::isFinite));
    }

    @Test
    void oneBoundGivesAShiftedExponentialSample() {
        double[] above = samples(Box.of(5, INFINITY, 1), 20_000);
        assertEquals(6, mean(above), 0.03);
        assertEquals(
                Math.exp(-1), mean(Arrays.stream(above).map(v -> v > 6 ? 1 : 0).toArray()), 0.015);
        double[] below = samples(Box.of(-INFINITY, 5, 1), 20_000);
        assertEquals(4, mean(below), 0.03);
    }

    @Test
    void noBoundsGiveAStandardNormalSample() {
        double[] values = samples(Box.of(-INFINITY, INFINITY, 1), 20_000);
        assertEquals(0, mean(values), 0.03);
        assertEquals(1, mean(Arrays.stream(values).map(v -> v * v).toArray()), 0.05);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"BOOL", "FLOAT16", "FLOAT32", "FLOAT64"})
    void integersAreUniformWithBothBoundsIncluded(DType dtype) {
        long low = dtype.isUnsigned() ? 3 : -2;
        double[] values = samples(Box.of(integers(dtype, low), integers(dtype, low + 2)), 6000);
        for (long value = low; value <= low + 2; value++) {
            double wanted = (double) value;
            double[] equal = Arrays.stream(values).filter(v -> v == wanted).toArray();
            assertEquals(2000.0, equal.length, 150, "count of " + value);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void theWholeRangeOfAnIntegerTypeCanBeSampled(DType dtype) {
        Box box = Box.of(integers(dtype, Elements.minimum(dtype)), integers(dtype, Elements.maximum(dtype)));
        double[] values = samples(box, 2000);
        double middle = (box.low().getDouble(0) + box.high().getDouble(0)) / 2;
        assertEquals(
                0.5, mean(Arrays.stream(values).map(v -> v <= middle ? 1 : 0).toArray()), 0.05);
    }

    @Test
    void integersWithoutABoundAreRoundedDown() {
        DType dtype = DType.INT32;
        Tensor low = integers(dtype, Integer.MIN_VALUE);
        Tensor high = integers(dtype, Integer.MAX_VALUE);
        Box unbounded = new Box(dtype, new int[] {1}, low, high, new boolean[1], new boolean[1]);
        assertEquals(-0.5, mean(samples(unbounded, 20_000)), 0.03);
        Box above = new Box(dtype, new int[] {1}, integers(dtype, 10), high, new boolean[] {true}, new boolean[1]);
        assertEquals(10 + 1 / (Math.E - 1), mean(samples(above, 20_000)), 0.03); // mean of ⌊exponential⌋
        Box below = new Box(dtype, new int[] {1}, low, integers(dtype, 10), new boolean[1], new boolean[] {true});
        assertEquals(10 - 1 / (Math.E - 1), mean(samples(below, 20_000)), 0.03);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void roundingNeverLeavesANarrowInterval(DType dtype) {
        ByteBuffer low = Tensor.allocate(dtype);
        ByteBuffer high = Tensor.allocate(dtype);
        Elements.putDouble(low, dtype, 1);
        Elements.putDouble(high, dtype, 1 + 0x1p-10);
        samples(Box.of(Tensor.wrap(dtype, NONE, low.flip()), Tensor.wrap(dtype, NONE, high.flip())), 1000);
    }

    @Test
    void textReadsLikeGymnasiums() {
        assertEquals("Box(-1.0, 1.0, (3,), float32)", Box.of(-1, 1, 3).toString());
        assertEquals("Box(-inf, inf, (), float32)", Box.of(-INFINITY, INFINITY).toString());
        assertEquals(
                "Box([0 1], 255, (2,), uint8)",
                Box.of(integers(DType.UINT8, 0, 1), integers(DType.UINT8, 255, 255))
                        .toString());
        assertEquals(
                "Box([[-1.0 -2.0] [-3.0 -inf]], 4.0, (2, 2), float32)",
                Box.of(
                                Tensor.ofFloats(new int[] {2, 2}, -1, -2, -3, -INFINITY),
                                Tensor.ofFloats(new int[] {2, 2}, 4, 4, 4, 4))
                        .toString());
    }

    @Test
    void equalityIsByValueAndArraysAreCopied() {
        int[] shape = {1};
        boolean[] flags = {true};
        Tensor bound = Tensor.ofFloats(shape, 1);
        Box box = new Box(DType.FLOAT32, shape, bound, bound, flags, flags);
        shape[0] = 7;
        flags[0] = false;
        box.shape()[0] = 7;
        box.boundedBelow()[0] = false;
        box.boundedAbove()[0] = false;
        assertEquals(Box.of(1, 1, 1), box);
        assertEquals(Box.of(1, 1, 1).hashCode(), box.hashCode());
        assertNotEquals(Box.of(0, 1, 1), box);
        assertNotEquals(Box.of(1, 2, 1), box);
        assertNotEquals(Box.of(1, 1), box);
        assertNotEquals(new Box(DType.FLOAT32, new int[] {1}, bound, bound, new boolean[1], new boolean[] {true}), box);
    }

    @Test
    void boundsThatDoNotFitAreRefused() {
        int[] one = {1};
        Tensor bound = Tensor.ofFloats(one, 1);
        boolean[] flag = {true};
        assertThrows(IllegalArgumentException.class, () -> Box.of(2, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Box.of(Float.NaN, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Box.of(bound, Tensor.ofFloats(NONE, 1)));
        assertThrows(IllegalArgumentException.class, () -> new Box(DType.FLOAT64, one, bound, bound, flag, flag));
        assertThrows(
                IllegalArgumentException.class, () -> new Box(DType.FLOAT32, one, bound, bound, new boolean[2], flag));
        assertThrows(
                IllegalArgumentException.class, () -> Box.of(integers(DType.UINT64, -1), integers(DType.UINT64, 1)));
    }
}
