package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Tests of Discrete, MultiDiscrete and MultiBinary. */
class DiscreteSpacesTest {
    private static final int SAMPLES = 6000;
    private static final int[] NONE = {};

    private static Tensor scalar(DType dtype, long value) {
        ByteBuffer data = Tensor.allocate(dtype);
        Elements.putLong(data, dtype, value);
        return Tensor.wrap(dtype, NONE, data.flip());
    }

    private static Tensor longs(long... values) {
        return Tensor.ofLongs(new int[] {values.length}, values);
    }

    @Test
    void aDiscreteContainsItsRangeAndNothingElse() {
        Discrete space = new Discrete(3, -1, DType.INT64);
        for (long value : new long[] {-1, 0, 1}) {
            assertTrue(space.contains(scalar(DType.INT64, value)));
        }
        for (long value : new long[] {-2, 2, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertFalse(space.contains(scalar(DType.INT64, value)));
        }
        assertFalse(space.contains(scalar(DType.INT32, 0)), "another type");
        assertFalse(space.contains(longs(0)), "another shape");
        assertArrayEquals(NONE, space.shape());
    }

    @Test
    void theLargestRangesDoNotWrapAround() {
        assertFalse(new Discrete(Long.MAX_VALUE, 0, DType.INT64).contains(scalar(DType.INT64, -1)));
        assertFalse(new Discrete(Long.MAX_VALUE, 0, DType.UINT64).contains(scalar(DType.UINT64, -1)));
        Discrete negative = new Discrete(Long.MAX_VALUE, Long.MIN_VALUE, DType.INT64);
        assertTrue(negative.contains(scalar(DType.INT64, -2)));
        assertFalse(negative.contains(scalar(DType.INT64, -1)));
        assertFalse(negative.contains(scalar(DType.INT64, Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"BOOL", "FLOAT16", "FLOAT32", "FLOAT64"})
    void aDiscreteSampleIsUniform(DType dtype) {
        Discrete space = new Discrete(3, 5, dtype);
        SplittableRandom random = new SplittableRandom(2);
        int[] counts = new int[3];
        for (int i = 0; i < SAMPLES; i++) {
            Tensor value = space.sample(random);
            assertTrue(space.contains(value), value::toString);
            counts[(int) value.getLong(0) - 5]++;
        }
        for (int count : counts) {
            assertEquals(SAMPLES / 3.0, count, 150);
        }
    }

    @Test
    void aDiscreteThatDoesNotFitItsTypeIsRefused() {
        assertEquals(255, new Discrete(256, 0, DType.UINT8).n() - 1);
        assertEquals(-128, new Discrete(256, -128, DType.INT8).start());
        assertThrows(IllegalArgumentException.class, () -> new Discrete(257, 0, DType.UINT8));
        assertThrows(IllegalArgumentException.class, () -> new Discrete(1, -1, DType.UINT64));
        assertThrows(IllegalArgumentException.class, () -> new Discrete(2, 127, DType.INT8));
        assertThrows(IllegalArgumentException.class, () -> new Discrete(2, Long.MAX_VALUE, DType.INT64));
        assertThrows(IllegalArgumentException.class, () -> new Discrete(2, 0, DType.FLOAT32));
        assertThrows(IllegalArgumentException.class, () -> new Discrete(2, 0, DType.BOOL));
        assertThrows(IllegalArgumentException.class, () -> Discrete.of(0));
    }

    @Test
    void discreteTextAndEqualityAreGymnasiums() {
        assertEquals("Discrete(2)", Discrete.of(2).toString());
        assertEquals("Discrete(3, start=-1, dtype=int32)", new Discrete(3, -1, DType.INT32).toString());
        assertEquals(new Discrete(2, 0, DType.INT64), Discrete.of(2));
        assertNotEquals(new Discrete(2, 0, DType.INT32), Discrete.of(2));
    }

    @Test
    void aMultiDiscreteContainsTheProductOfItsRanges() {
        MultiDiscrete space = new MultiDiscrete(longs(3, 2), longs(-1, 5), DType.INT64);
        assertTrue(space.contains(longs(1, 6)));
        assertTrue(space.contains(longs(-1, 5)));
        assertFalse(space.contains(longs(2, 5)));
        assertFalse(space.contains(longs(0, 7)));
        assertFalse(space.contains(longs(0)));
        assertFalse(space.contains(Tensor.ofDoubles(new int[] {2}, 0, 5)));
        assertArrayEquals(new int[] {2}, space.shape());
    }

    @Test
    void aMultiDiscreteSampleIsUniformInEveryElement() {
        Tensor nvec = Tensor.ofLongs(new int[] {2, 2}, 2, 3, 4, 1);
        MultiDiscrete space = new MultiDiscrete(nvec, Tensor.ofLongs(new int[] {2, 2}, 0, 1, -2, 9), DType.INT16);
        SplittableRandom random = new SplittableRandom(2);
        double[] sums = new double[4];
        for (int i = 0; i < SAMPLES; i++) {
            Tensor value = space.sample(random);
            assertTrue(space.contains(value), value::toString);
            for (int k = 0; k < 4; k++) {
                sums[k] += value.getLong(k);
            }
        }
        double[] means = {0.5, 2, -0.5, 9};
        for (int k = 0; k < 4; k++) {
            assertEquals(means[k], sums[k] / SAMPLES, 0.06);
        }
    }

    @Test
    void aMultiDiscreteThatIsMalformedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> MultiDiscrete.of(2, 0));
        assertThrows(IllegalArgumentException.class, () -> new MultiDiscrete(longs(2), longs(0, 0), DType.INT64));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MultiDiscrete(Tensor.ofBytes(new int[] {1}, (byte) 2), longs(0), DType.INT64));
        assertThrows(IllegalArgumentException.class, () -> new MultiDiscrete(longs(2), longs(-1), DType.UINT8));
        assertThrows(IllegalArgumentException.class, () -> new MultiDiscrete(longs(), longs(), DType.FLOAT32));
    }

    @Test
    void multiDiscreteTextAndEqualityAreGymnasiums() {
        assertEquals("MultiDiscrete([5 2 2])", MultiDiscrete.of(5, 2, 2).toString());
        assertEquals(
                "MultiDiscrete([5 2], start=[1 0])",
                new MultiDiscrete(longs(5, 2), longs(1, 0), DType.INT64).toString());
        assertEquals(MultiDiscrete.of(5, 2), new MultiDiscrete(longs(5, 2), longs(0, 0), DType.INT64));
        assertNotEquals(MultiDiscrete.of(5, 2), MultiDiscrete.of(5, 3));
    }

    @Test
    void aMultiBinaryContainsZerosAndOnes() {
        MultiBinary space = MultiBinary.of(2);
        assertTrue(space.contains(Tensor.ofBytes(new int[] {2}, (byte) 0, (byte) 1)));
        assertFalse(space.contains(Tensor.ofBytes(new int[] {2}, (byte) 0, (byte) 2)));
        assertFalse(space.contains(Tensor.ofBytes(new int[] {2}, (byte) 0, (byte) -1)));
        assertFalse(space.contains(Tensor.ofBytes(new int[] {1, 2}, (byte) 0, (byte) 1)));
        assertFalse(space.contains(longs(0, 1)));
    }

    @Test
    void aMultiBinarySampleTossesAFairCoinPerElement() {
        MultiBinary space = MultiBinary.of(3, 2);
        SplittableRandom random = new SplittableRandom(2);
        double[] sums = new double[6];
        for (int i = 0; i < SAMPLES; i++) {
            Tensor value = space.sample(random);
            assertTrue(space.contains(value), value::toString);
            for (int k = 0; k < 6; k++) {
                sums[k] += value.getLong(k);
            }
        }
        for (double sum : sums) {
            assertEquals(SAMPLES / 2.0, sum, 150);
        }
    }

    @Test
    void multiBinaryTextEqualityAndCopiesAreByValue() {
        int[] shape = {3, 2};
        MultiBinary space = new MultiBinary(shape);
        shape[0] = 9;
        space.shape()[0] = 9;
        assertEquals(MultiBinary.of(3, 2), space);
        assertEquals(MultiBinary.of(3, 2).hashCode(), space.hashCode());
        assertNotEquals(MultiBinary.of(2, 3), space);
        assertEquals("MultiBinary(5)", MultiBinary.of(5).toString());
        assertEquals("MultiBinary((3, 2))", space.toString());
        assertEquals(DType.INT8, space.dtype());
        assertThrows(IllegalArgumentException.class, () -> MultiBinary.of(3, 0));
    }
}
