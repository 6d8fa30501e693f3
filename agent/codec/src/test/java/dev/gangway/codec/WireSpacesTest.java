package dev.gangway.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Graph;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.OneOf;
import dev.gangway.environment.Sequence;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Text;
import dev.gangway.environment.Tuple;
import dev.gangway.v1.BoxSpace;
import dev.gangway.v1.DataType;
import dev.gangway.v1.DictSpace;
import dev.gangway.v1.DiscreteSpace;
import dev.gangway.v1.GraphSpace;
import dev.gangway.v1.MultiBinarySpace;
import dev.gangway.v1.MultiDiscreteSpace;
import dev.gangway.v1.NamedSpace;
import dev.gangway.v1.Space;
import dev.gangway.v1.TextSpace;
import dev.gangway.v1.TupleSpace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireSpacesTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @Test
    void aBoxKeepsItsBoundsAndFlags() {
        Tensor low = Tensor.ofFloats(new int[] {2}, -1, -INFINITY);
        Tensor high = Tensor.ofFloats(new int[] {2}, 1, INFINITY);
        BoxSpace.Builder box = box(low, high).addShape(2);
        box.setBoundedBelow(flags(1, 0)).setBoundedAbove(flags(1, 0));

        assertEquals(Box.of(low, high), decode(Space.newBuilder().setBox(box)));
    }

    @Test
    void aScalarBoundAndASingleFlagStandForEveryElement() {
        BoxSpace.Builder box = box(Tensor.ofFloats(new int[0], -2), Tensor.ofFloats(new int[0], 3))
                .addShape(2)
                .addShape(3);
        box.setBoundedBelow(flags(1)).setBoundedAbove(flags(1));

        assertEquals(Box.of(-2, 3, 2, 3), decode(Space.newBuilder().setBox(box)));
    }

    @Test
    void aBoxWithoutElementsHasNoFlags() {
        BoxSpace.Builder box = box(Tensor.ofFloats(new int[0], 0), Tensor.ofFloats(new int[0], 1))
                .addShape(0);

        assertEquals(Box.of(0, 1, 0), decode(Space.newBuilder().setBox(box)));
    }

    @Test
    void theDiscreteSpacesKeepTheirStartsAndTypes() {
        var discrete = DiscreteSpace.newBuilder().setN(3).setStart(-1).setDataType(DataType.DATA_TYPE_INT32);
        Tensor nvec = Tensor.ofLongs(new int[] {2}, 5, 2);
        Tensor start = Tensor.ofLongs(new int[] {2}, 1, 0);
        var multi = MultiDiscreteSpace.newBuilder()
                .setNvec(WireTensors.encode(nvec))
                .setStart(WireTensors.encode(start))
                .setDataType(DataType.DATA_TYPE_UINT8);
        var binary = MultiBinarySpace.newBuilder().addShape(3).addShape(2);

        assertBothWays(new Discrete(3, -1, DType.INT32), Space.newBuilder().setDiscrete(discrete));
        assertBothWays(
                new MultiDiscrete(nvec, start, DType.UINT8), Space.newBuilder().setMultiDiscrete(multi));
        assertBothWays(MultiBinary.of(3, 2), Space.newBuilder().setMultiBinary(binary));
    }

    private static void assertBothWays(dev.gangway.environment.Space space, Space.Builder wire) {
        assertEquals(space, decode(wire));
        assertEquals(space, decode(WireSpaces.encode(space).toBuilder()));
    }

    @Test
    void nestedSpacesKeepTheirOrderAndParts() {
        Map<String, dev.gangway.environment.Space> parts = new LinkedHashMap<>();
        parts.put("z", new Text(0, 3, "zé😀a"));
        parts.put("", Tuple.of(Discrete.of(2), new Tuple(List.of())));
        parts.put("a", new Sequence(Box.of(0, 1, 0, 2), true));
        dev.gangway.environment.Space space = OneOf.of(
                new Dict(parts, true), new Graph(Discrete.of(3), Optional.of(new Sequence(Discrete.of(2), false))));

        dev.gangway.environment.Space back = WireSpaces.decode(WireSpaces.encode(space), "observation", "Toy-v0");

        assertEquals(space, back);
        assertEquals(space.toString(), back.toString());
    }

    @Test
    void spacesNestUpToTheLimit() {
        dev.gangway.environment.Space space = Discrete.of(2);
        for (int i = 0; i < WireSpaces.MAX_DEPTH; i++) {
            space = new Sequence(space, false);
        }
        Space.Builder deepest = WireSpaces.encode(space).toBuilder();
        assertEquals(space, decode(deepest));

        dev.gangway.environment.Space deeper = Tuple.of(space);
        assertThrows(IllegalArgumentException.class, () -> WireSpaces.encode(deeper));
        assertMalformed(
                Space.newBuilder().setTuple(TupleSpace.newBuilder().addSpaces(deepest)),
                "expected at most 16 spaces one within another");
    }

    @Test
    void aNestedSpaceThatMakesNoSenseNamesItsPlace() {
        NamedSpace part = NamedSpace.newBuilder()
                .setKey("k")
                .setSpace(Space.newBuilder().setTuple(TupleSpace.newBuilder().addSpaces(Space.getDefaultInstance())))
                .build();
        assertMalformed(
                Space.newBuilder().setDict(DictSpace.newBuilder().addEntries(part)),
                "Toy-v0['k'][0]: expected a kind of space, found none");
        NamedSpace good = part.toBuilder()
                .setSpace(Space.newBuilder().setTuple(TupleSpace.getDefaultInstance()))
                .build();
        assertMalformed(
                Space.newBuilder()
                        .setDict(DictSpace.newBuilder().addEntries(good).addEntries(good)),
                "expected each key once, found 'k' twice");
        assertMalformed(
                Space.newBuilder().setGraph(GraphSpace.getDefaultInstance()), "Toy-v0, node: expected a kind of space");
        assertMalformed(Space.newBuilder().setText(TextSpace.newBuilder().setMinLength(-1)), "a length ≥ 0, found -1");
        assertMalformed(Space.newBuilder().setText(TextSpace.newBuilder().setMinLength(2)), "minLength ≤ maxLength");
        assertMalformed(Space.newBuilder().setText(TextSpace.newBuilder().setCharset("aa")), "each character once");
    }

    @Test
    void aSpaceThatMakesNoSenseIsMalformed() {
        assertMalformed(Space.newBuilder(), "expected a kind of space, found none");
        assertMalformed(
                Space.newBuilder().setDiscrete(DiscreteSpace.newBuilder().setDataType(DataType.DATA_TYPE_INT64)),
                "n ≥ 1");
        assertMalformed(
                Space.newBuilder().setDiscrete(DiscreteSpace.newBuilder().setN(2)), "a data type, found none");
        BoxSpace.Builder box = box(Tensor.ofFloats(new int[] {2}, 0, 0), Tensor.ofFloats(new int[] {2}, 1, 1))
                .addShape(3);
        assertMalformed(Space.newBuilder().setBox(box), "bounded_below: expected 3 bytes");
        box.setBoundedBelow(flags(1)).setBoundedAbove(flags(1));
        assertMalformed(Space.newBuilder().setBox(box), "Expected low of a Box to be float32[3], found float32[2]");
    }

    private static BoxSpace.Builder box(Tensor low, Tensor high) {
        return BoxSpace.newBuilder()
                .setDataType(DataType.DATA_TYPE_FLOAT32)
                .setLow(WireTensors.encode(low))
                .setHigh(WireTensors.encode(high));
    }

    private static ByteString flags(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }

    private static dev.gangway.environment.Space decode(Space.Builder space) {
        return WireSpaces.decode(space.build(), "observation", "Toy-v0");
    }

    private static void assertMalformed(Space.Builder space, String part) {
        var error = assertThrows(ProtocolException.class, () -> decode(space));
        assertTrue(error.getMessage().contains("observation space of Toy-v0"), error::getMessage);
        assertTrue(error.getMessage().contains(part), error::getMessage);
    }
}
