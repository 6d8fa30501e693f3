package dev.gangway.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Graph;
import dev.gangway.environment.OneOf;
import dev.gangway.environment.Sequence;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Text;
import dev.gangway.environment.Tuple;
import dev.gangway.v1.TupleValue;
import dev.gangway.v1.Value;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that do not have their space's structure are refused, with their place; any bits of a float are kept. */
class WireValuesTest {
    private static final String PLACE = "observations";
    private static final Map<String, Space> SPACES = spaces();

    private static Map<String, Space> spaces() {
        Space box = Box.of(-1, 1, 2);
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put("a", box);
        parts.put("b", new Text(0, 3, "abc"));
        return Map.of(
                "box", box,
                "text", new Text(0, 3, "abc"),
                "tuple", new Tuple(List.of(box, new Text(0, 3, "abc"))),
                "dict", new Dict(parts),
                "sequence", new Sequence(new Text(0, 3, "abc"), false),
                "stacked", new Sequence(box, true),
                "graph", new Graph(box, Optional.of(box)),
                "edgeless", new Graph(box, Optional.empty()),
                "oneOf", OneOf.of(box, new Text(0, 3, "abc")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        box      | text: "a"                                                  | expected a tensor, found text
        box      |                                                            | expected a tensor, found value without a kind
        box      | tensor { data_type: DATA_TYPE_FLOAT64 shape: 2 data: "0123456701234567" } | float32[2], found float64[2]
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: 1 data: "0123" }   | float32[2], found float32[1]
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } | float32[2], found float32[1, 2]
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: 2 data: "0123456" } | found 7 bytes
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: 2 data: "012345678" } | found 9 bytes
        box      | tensor { shape: 2 data: "01234567" }                       | expected a data type, found none
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: -2 }          | extents ≥ 0
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: [4611686018427387904, 4] } | found shape [4611686018427387904, 4]
        box      | tensor { data_type: DATA_TYPE_FLOAT32 shape: [65536, 65536, 65536, 65536] } | found shape [65536
        text     | tuple {}                                                   | expected a text, found tuple
        tuple    | tuple { values { text: "a" } }                             | expected 2 values, found 1
        tuple    | dict {}                                                    | expected a tuple, found dict
        tuple    | tuple { values { text: "a" } values { text: "a" } }        | observations[0]: expected a tensor
        dict     | dict { entries { key: "a" } }                              | expected the keys [a, b], found [a]
        dict     | dict { entries { key: "a" } entries { key: "a" } }         | expected the keys [a, b], found [a, a]
        dict     | dict { entries { key: "a" value { text: "" } } entries { key: "b" } } | observations['a']: expected a tensor
        sequence | stacked {}                                                 | expected a tuple, found stacked
        sequence | tuple { values { text: "a" } values { dict {} } }          | observations[1]: expected a text
        stacked  | tuple {}                                                   | expected a stacked, found tuple
        stacked  | stacked { length: -1 }                                     | expected a length in [0, 2^31), found -1
        stacked  | stacked { length: 2147483648 }                             | expected a length in [0, 2^31), found 2147483648
        stacked  | stacked { length: 2 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } } } | float32[2, 2]
        stacked  | stacked { length: 2147483647 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [2147483647, 2] } } } | 2147483647
        graph    | one_of {}                                                  | expected a graph, found oneof
        graph    | graph {}                                                   | nodes: expected a tensor
        graph    | graph { nodes { length: 1 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } } } edge_links { data_type: DATA_TYPE_INT8 shape: [0, 2] } } | expected a valid graph
        graph    | graph { nodes { length: 1 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } } } edges { batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [0, 2] } } } } | expected a valid graph
        graph    | graph { nodes { length: 1 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } } } edges { length: 1 batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [1, 2] data: "01234567" } } } edge_links { data_type: DATA_TYPE_INT8 shape: 2 data: "\\000\\000" } } | expected a valid graph
        edgeless | graph { nodes { batch { tensor { data_type: DATA_TYPE_FLOAT32 shape: [0, 2] } } } edges { } edge_links { } } | expected no edges
        oneOf    | one_of { index: 2 }                                        | expected the index of one of 2 alternatives, found 2
        oneOf    | one_of { index: -1 }                                       | found -1
        oneOf    | one_of { index: 4294967296 }                               | found 4294967296
        oneOf    | one_of { index: 1 value { tuple {} } }                     | expected a text, found tuple
        """)
    void whatDoesNotFitItsSpaceIsRefusedWithItsPlace(String space, String text, String error)
            throws TextFormat.ParseException {
        Value wire = TextFormat.parse(text == null ? "" : text, Value.class);

        var refused = assertThrows(ProtocolException.class, () -> WireValues.decode(SPACES.get(space), wire, PLACE));

        assertTrue(refused.getMessage().contains(error), refused.getMessage());
        assertTrue(refused.getMessage().contains(PLACE), refused.getMessage());
    }

    @Test
    void aTypeThatThisVersionDoesNotKnowIsRefused() {
        var tensor = dev.gangway.v1.Tensor.newBuilder().setDataTypeValue(99).addShape(2);

        var refused = assertThrows(
                ProtocolException.class,
                () -> WireValues.decode(
                        SPACES.get("box"), Value.newBuilder().setTensor(tensor).build(), PLACE));

        assertTrue(refused.getMessage().contains("99"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void aBatchOfAnotherLengthIsRefused(int length) {
        for (Map.Entry<String, Space> each : SPACES.entrySet()) {
            Space space = each.getValue();
            var random = new SplittableRandom(1);
            var batch = space.concatenate(List.of(space.sample(random), space.sample(random)));
            Value wire = WireValues.encode(batch);

            assertEquals(batch, WireValues.decodeBatch(space, wire, 2, PLACE));
            assertThrows(
                    ProtocolException.class, () -> WireValues.decodeBatch(space, wire, length, PLACE), each.getKey());
        }
    }

    @Test
    void payloadsOfNanTheSignOfZeroAndEmptyArraysAreKept() throws InvalidProtocolBufferException {
        ByteBuffer bits = Tensor.allocate(DType.FLOAT32, 2);
        bits.putInt(0, 0xff80_1234).putInt(4, 0x8000_0000);
        Tensor specials = Tensor.wrap(DType.FLOAT32, new int[] {2}, bits);
        Space box = SPACES.get("box");

        assertEquals(specials, overTheWire(box, specials));
        assertNotEquals(specials, overTheWire(box, Tensor.ofFloats(new int[] {2}, Float.NaN, 0)));

        var empty = Tensor.ofFloats(new int[] {0, 2});
        assertEquals(empty, overTheWire(Box.of(-1, 1, 0, 2), empty));
        var scalar = Tensor.ofLongs(new int[0], 4);
        assertEquals(scalar, overTheWire(Discrete.of(5), scalar));
        var none = new dev.gangway.environment.StackedValue(0, Tensor.ofFloats(new int[] {0, 2}));
        assertEquals(none, overTheWire(SPACES.get("stacked"), none));
    }

    @Test
    void aMessageTooDeepForAnySpaceIsNotEvenRead() {
        Value deep = Value.newBuilder().setText("").build();
        for (int level = 0; level < 60; level++) {
            deep = Value.newBuilder()
                    .setTuple(TupleValue.newBuilder().addValues(deep))
                    .build();
        }
        ByteString bytes = deep.toByteString();

        var refused = assertThrows(InvalidProtocolBufferException.class, () -> Value.parseFrom(bytes));
        assertTrue(refused.getMessage().contains("too many levels of nesting"), refused.getMessage());
    }

    @Test
    void aSpaceAndAValueOfTheGreatestDepthAreRead() throws InvalidProtocolBufferException {
        Space space = SPACES.get("text");
        dev.gangway.environment.Value value = new dev.gangway.environment.TextValue("a");
        for (int level = 0; level < WireSpaces.MAX_DEPTH; level++) {
            space = OneOf.of(space);
            value = new dev.gangway.environment.OneOfValue(0, value);
        }
        assertEquals(space, WireSpaces.decode(WireSpaces.encode(space), "observation", "Deep-v0"));
        assertEquals(value, overTheWire(space, value));

        var deeper = dev.gangway.v1.Space.newBuilder();
        deeper.getOneOfBuilder().addSpaces(WireSpaces.encode(space));
        assertThrows(ProtocolException.class, () -> WireSpaces.decode(deeper.build(), "observation", "Deep-v0"));
    }

    private static dev.gangway.environment.Value overTheWire(Space space, dev.gangway.environment.Value value)
            throws InvalidProtocolBufferException {
        return WireValues.decode(space, Value.parseFrom(WireValues.encode(value).toByteString()), PLACE);
    }
}
