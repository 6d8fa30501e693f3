package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Text;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expected features are what {@code gymnasium.spaces.utils.flatten} returns for each value. */
class EncoderTest {

    @Test
    void aBoxIsItsNumbersRowByRow() {
        ObservationEncoder encoder = new ObservationEncoder(Box.of(-9, 9, 2, 2));
        assertEquals(4, encoder.size());
        assertArrayEquals(
                new float[] {1, 2, 3, 4, 5, 6, 7, 8},
                encode(encoder, Tensor.ofFloats(new int[] {2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8), 2));
    }

    @Test
    void aDoubleBoxIsRoundedToFloat() {
        Box box = Box.of(Tensor.ofDoubles(new int[] {1}, -1), Tensor.ofDoubles(new int[] {1}, 1));
        assertArrayEquals(
                new float[] {0.1f}, encode(new ObservationEncoder(box), Tensor.ofDoubles(new int[] {1, 1}, 0.1), 1));
    }

    @Test
    void aDiscreteIsOneHotFromItsStart() {
        ObservationEncoder encoder = new ObservationEncoder(new Discrete(3, -1, DType.INT64));
        assertEquals(3, encoder.size());
        assertArrayEquals(
                new float[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, encode(encoder, Tensor.ofLongs(new int[] {3}, -1, 1, 0), 3));
    }

    @Test
    void aMultiDiscreteIsItsElementsOneHotsOneAfterTheOther() {
        ObservationEncoder encoder = new ObservationEncoder(MultiDiscrete.of(2, 3));
        assertEquals(5, encoder.size());
        assertArrayEquals(
                new float[] {0, 1, 0, 0, 1, 1, 0, 1, 0, 0},
                encode(encoder, Tensor.ofLongs(new int[] {2, 2}, 1, 2, 0, 0), 2));
    }

    @Test
    void aMultiBinaryIsItsBits() {
        ObservationEncoder encoder = new ObservationEncoder(MultiBinary.of(3));
        byte[] bits = {1, 0, 1};
        assertArrayEquals(new float[] {1, 0, 1}, encode(encoder, Tensor.ofBytes(new int[] {1, 3}, bits), 1));
    }

    @Test
    void encodingOverwritesOldFeaturesAndNothingElse() {
        ObservationEncoder encoder = new ObservationEncoder(Discrete.of(2));
        float[] features = {7, 7, 7, 7};
        encoder.encode(Tensor.ofLongs(new int[] {1}, 1), 1, features, 1);
        assertArrayEquals(new float[] {7, 0, 1, 7}, features);
    }

    @Test
    void observationsOfAnotherTypeShapeOrRangeAreRefused() {
        ObservationEncoder box = new ObservationEncoder(Box.of(-9, 9, 2));
        ObservationEncoder discrete = new ObservationEncoder(Discrete.of(2));
        float[] features = new float[8];
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> box.encode(Tensor.ofDoubles(new int[] {1, 2}, 1, 2), 1, features, 0))
                .getMessage();
        assertTrue(message.contains("float32[1, 2]") && message.contains("float64[1, 2]"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> box.encode(Tensor.ofFloats(new int[] {1, 2}, 1, 2), 2, features, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> discrete.encode(Tensor.ofLongs(new int[] {1}, 2), 1, features, 0));
    }

    @Test
    void actionsAreShiftedToTheStartAndHaveTheSpacesType() {
        assertEquals(
                Tensor.ofLongs(new int[] {3}, 0, 1, 0), encoder(Discrete.of(2)).encode(new float[] {0, 1, 0, 99}, 3));
        for (DType dtype : new DType[] {DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.UINT64}) {
            Space space = new Discrete(3, 5, dtype);
            Tensor encoded = encoder(space).encode(new float[] {0, 2}, 2).asTensor();
            assertEquals(dtype, encoded.dtype());
            assertArrayEquals(new double[] {5, 7}, encoded.toDoubles());
            assertTrue(space.contains(encoded.row(1)));
        }
    }

    @Test
    void boxActionsAreClippedToTheirBoundsInTheSpacesTypeAndShape() {
        Box floats = Box.of(
                Tensor.ofFloats(new int[] {1, 2}, -1, Float.NEGATIVE_INFINITY),
                Tensor.ofFloats(new int[] {1, 2}, 0.3f, Float.POSITIVE_INFINITY));
        assertEquals(
                Tensor.ofFloats(new int[] {2, 1, 2}, 0.25f, -1e9f, 0.3f, 1e9f),
                encoder(floats).encode(new float[] {0.25f, -1e9f, 7, 1e9f, 99, 99}, 2));
        Box doubles = Box.of(Tensor.ofDoubles(new int[] {1}, 0.1), Tensor.ofDoubles(new int[] {1}, 0.2));
        assertEquals(
                Tensor.ofDoubles(new int[] {3, 1}, 0.1, 0.125, 0.2),
                encoder(doubles).encode(new float[] {-3, 0.125f, 0.2000001f}, 3));
        for (Box box : new Box[] {floats, doubles}) {
            Tensor encoded = encoder(box).encode(new float[] {5, -5}, 1).asTensor();
            assertTrue(box.contains(encoded.row(0)), encoded.toString());
        }
    }

    @Test
    void integersAreRoundedWithinTheirBounds() {
        Box bytes = Box.of(Tensor.ofBytes(new int[] {1}, (byte) -3), Tensor.ofBytes(new int[] {1}, (byte) 100));
        Tensor encoded = encoder(bytes)
                .encode(new float[] {0.5f, 1.5f, -0.6f, -9, 1e30f, 99.7f}, 6)
                .asTensor();
        assertEquals(DType.INT8, encoded.dtype());
        assertArrayEquals(new double[] {0, 2, -1, -3, 100, 100}, encoded.toDoubles());
        Box squashedInto = Box.of(Tensor.ofBytes(new int[] {1}, (byte) 0), Tensor.ofBytes(new int[] {1}, (byte) 4));
        Tensor squashed = new ActionEncoder(squashedInto, Distributions.of(squashedInto, true))
                .encode(new float[] {-9, 0, 9}, 3)
                .asTensor();
        assertArrayEquals(new double[] {0, 2, 4}, squashed.toDoubles());
    }

    @Test
    void whatIsSquashedNeedsBoundsAndAnIntegersOwnLimitsAreNone() {
        Tensor least = Tensor.ofLongs(new int[] {1}, Long.MIN_VALUE);
        Tensor most = Tensor.ofLongs(new int[] {1}, Long.MAX_VALUE);
        Box unbounded = new Box(DType.INT64, new int[] {1}, least, most, new boolean[] {false}, new boolean[] {false});
        String message = assertThrows(IllegalArgumentException.class, () -> Distributions.of(unbounded, true))
                .getMessage();
        assertTrue(message.contains("Expected finite bounds to squash actions into"), message);
    }

    @Test
    void multiDiscreteActionsAreShiftedElementByElement() {
        MultiDiscrete space = new MultiDiscrete(
                Tensor.ofLongs(new int[] {2}, 3, 2), Tensor.ofLongs(new int[] {2}, -1, 10), DType.INT32);
        Tensor encoded = encoder(space).encode(new float[] {0, 1, 2, 0}, 2).asTensor();
        assertEquals(DType.INT32, encoded.dtype());
        assertArrayEquals(new int[] {2, 2}, encoded.shape());
        assertArrayEquals(new double[] {-1, 11, 1, 10}, encoded.toDoubles());
        assertTrue(space.contains(encoded.row(0)) && space.contains(encoded.row(1)));
    }

    @Test
    void multiBinaryActionsKeepTheirShape() {
        byte[] bits = {1, 0, 0, 1, 1, 1, 0, 0};
        assertEquals(
                Tensor.ofBytes(new int[] {2, 2, 2}, bits),
                encoder(MultiBinary.of(2, 2)).encode(new float[] {1, 0, 0, 1, 1, 1, 0, 0}, 2));
    }

    @Test
    void encodingLeavesTheActionsAsTheyWereChosen() {
        float[] actions = {5, -5};
        encoder(Box.of(-1, 1, 2)).encode(actions, 1);
        assertArrayEquals(new float[] {5, -5}, actions);
    }

    @Test
    void actionSpacesWithoutAPolicyAreNamedWithThePoliciesThatExist() {
        String message = assertThrows(IllegalArgumentException.class, () -> encoder(new Text(0, 2, "ab")))
                .getMessage();
        assertTrue(message.contains("Text(0, 2, charset=ab)"), message);
        assertTrue(message.contains("linear_softmax") && message.contains("linear_logistic"), message);
    }

    private static ActionEncoder encoder(Space space) {
        return new ActionEncoder(space, Distributions.of(space, false));
    }

    private static float[] encode(ObservationEncoder encoder, Tensor batch, int n) {
        float[] features = new float[n * encoder.size()];
        encoder.encode(batch, n, features, 0);
        return features;
    }

    @Test
    void tuplesAndDictsAreFlattenedPartByPart() {
        Map<String, Space> named = new LinkedHashMap<>();
        named.put("z", Discrete.of(2));
        named.put("a", Box.of(-9, 9, 2));
        Space space = Tuple.of(Discrete.of(3), new Tuple(List.of()), new Dict(named));
        ObservationEncoder encoder = new ObservationEncoder(space);
        assertEquals(7, encoder.size());
        Map<String, Value> batches = new LinkedHashMap<>();
        batches.put("z", Tensor.ofLongs(new int[] {2}, 1, 0));
        batches.put("a", Tensor.ofFloats(new int[] {2, 2}, 5, 6, 7, 8));
        Value batch = TupleValue.of(Tensor.ofLongs(new int[] {2}, 0, 2), TupleValue.of(), new DictValue(batches));

        float[] features = new float[15];
        encoder.encode(batch, 2, features, 1);

        assertArrayEquals(new float[] {0, 1, 0, 0, 0, 1, 5, 6, 0, 0, 1, 1, 0, 7, 8}, features);
        assertThrows(IllegalArgumentException.class, () -> encoder.encode(TupleValue.of(), 2, features, 0));
        var error = assertThrows(
                IllegalArgumentException.class, () -> new ObservationEncoder(Tuple.of(new Text(0, 2, "ab"))));
        assertTrue(error.getMessage().contains("found Text(0, 2, charset=ab)"), error::getMessage);
    }

    private static UnfitObservationException unfit(Space space, Value batch, int n) {
        ObservationEncoder encoder = new ObservationEncoder(space);
        float[] features = new float[n * encoder.size()];
        return assertThrows(UnfitObservationException.class, () -> encoder.encode(batch, n, features, 0));
    }

    @Test
    void whatNoNetworkCanTakeIsNamedWithItsPlace() {
        Box wide = Box.of(
                Tensor.ofDoubles(new int[] {2, 2}, -1e308, -1e308, -1e308, -1e308),
                Tensor.ofDoubles(new int[] {2, 2}, 1e308, 1e308, 1e308, 1e308));
        UnfitObservationException huge =
                unfit(wide, Tensor.ofDoubles(new int[] {2, 2, 2}, 0, 1, 2, 3, 4, 5, 1e300, 7), 2);
        assertEquals(1, huge.row());
        assertTrue(
                huge.message("copy 1", "at its reset")
                        .startsWith("copy 1 gave an observation with 1.0E300 at element [1, 0] at its reset: expected a"
                                + " finite number within ±3.4E38"),
                huge.message("copy 1", "at its reset"));

        Map<String, Space> inner = new LinkedHashMap<>();
        inner.put("n", Discrete.of(3));
        inner.put("x", Box.of(-1, 1, 2));
        Dict dict = new Dict(Map.of("part", new Dict(inner)));
        UnfitObservationException number = unfit(
                dict, nested(Tensor.ofLongs(new int[] {1}, 0), Tensor.ofFloats(new int[] {1, 2}, 0, Float.NaN)), 1);
        assertTrue(
                number.getMessage().endsWith("found NaN at element [1] of 'x' of 'part' of observation 0"),
                number.getMessage());
        assertEquals(" at element [1] of 'x' of 'part'", new ObservationEncoder(dict).place(4));
        UnfitObservationException index =
                unfit(dict, nested(Tensor.ofLongs(new int[] {1}, 3), Tensor.ofFloats(new int[] {1, 2}, 0, 0)), 1);
        assertEquals(
                "Expected an integer from 0 to 2, because the space is Discrete(3), found 3 at 'n' of 'part' of"
                        + " observation 0",
                index.getMessage());
        UnfitObservationException element =
                unfit(MultiDiscrete.of(2, 3), Tensor.ofLongs(new int[] {2, 2}, 0, 0, 1, -1), 2);
        assertEquals(1, element.row());
        assertTrue(element.getMessage().contains("found -1 at element [1]"), element.getMessage());
    }

    private static Value nested(Tensor n, Tensor x) {
        Map<String, Value> parts = new LinkedHashMap<>();
        parts.put("n", n);
        parts.put("x", x);
        return new DictValue(Map.of("part", new DictValue(parts)));
    }

    @Test
    void boundsAreThoseThatAValueCanBreak() {
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put("bits", new MultiBinary(new int[] {2}));
        parts.put("kind", Discrete.of(2));
        parts.put("x", Box.of(-1, 2, 1));
        ObservationEncoder.Bounds bounds = new ObservationEncoder(new Dict(parts)).bounds();
        float inf = Float.POSITIVE_INFINITY;
        assertArrayEquals(new float[] {0, 0, -inf, -inf, -1}, bounds.low());
        assertArrayEquals(new float[] {1, 1, inf, inf, 2}, bounds.high());
        assertTrue(bounds.any());
        byte[] zeros = new byte[4];
        byte[] full = {-1, -1, -1, -1};
        Box picture = Box.of(
                Tensor.wrap(DType.UINT8, new int[] {2, 2}, java.nio.ByteBuffer.wrap(zeros)),
                Tensor.wrap(DType.UINT8, new int[] {2, 2}, java.nio.ByteBuffer.wrap(full)));
        assertFalse(new ObservationEncoder(picture).bounds().any(), "a byte is a byte");
    }
}
