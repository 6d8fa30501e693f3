package dev.gangway.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.gangway.environment.DType;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Infos.NumpyScalar;
import dev.gangway.environment.Infos.Opaque;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.DynamicDict;
import dev.gangway.v1.DynamicEntry;
import dev.gangway.v1.DynamicList;
import dev.gangway.v1.DynamicObject;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.InfoBatch;
import dev.gangway.v1.InfoColumn;
import dev.gangway.v1.InfoScalarKind;
import dev.gangway.v1.InfoStack;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireInfosTest {
    @Test
    void aStackGivesEachCopyThatHasTheKeyItsValue() {
        Tensor masks = Tensor.ofBytes(new int[] {2, 3}, (byte) 1, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 1);
        Infos infos = decode(
                3,
                stack(
                        "p",
                        InfoScalarKind.INFO_SCALAR_KIND_FLOAT,
                        Tensor.ofDoubles(new int[] {3}, 1, 0.5, 0.25),
                        1,
                        1,
                        1),
                stack("mask", InfoScalarKind.INFO_SCALAR_KIND_ARRAY, masks, 1, 0, 1),
                stack("n", InfoScalarKind.INFO_SCALAR_KIND_INT, Tensor.ofLongs(new int[] {1}, 7), 0, 0, 1),
                stack("ok", InfoScalarKind.INFO_SCALAR_KIND_BOOL, bools(1, 0), 1, 1, 0),
                stack("np", InfoScalarKind.INFO_SCALAR_KIND_NUMPY_SCALAR, Tensor.ofFloats(new int[] {1}, 3), 0, 1, 0));

        Map<String, Object> first = new LinkedHashMap<>();
        first.put("p", 1.0);
        first.put("mask", masks.row(0));
        first.put("ok", true);
        assertEquals(first, infos.rows().get(0));
        assertEquals(
                List.of("p", "mask", "ok"), new ArrayList<>(infos.rows().get(0).keySet()));
        assertEquals(
                Map.of("p", 0.5, "ok", false, "np", new NumpyScalar(Tensor.ofFloats(new int[0], 3))),
                infos.rows().get(1));
        assertEquals(
                Map.of("p", 0.25, "mask", masks.row(1), "n", 7L), infos.rows().get(2));
    }

    @Test
    void aZeroDimensionalArrayIsNoScalar() {
        Infos infos =
                decode(1, stack("a", InfoScalarKind.INFO_SCALAR_KIND_ARRAY, Tensor.ofDoubles(new int[] {1}, 4), 1));

        assertEquals(Tensor.ofDoubles(new int[0], 4), infos.rows().get(0).get("a"));
    }

    @Test
    void everyKindOfValueSurvivesTheWire() {
        BigInteger big = BigInteger.ONE.shiftLeft(100).negate();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("none", Infos.NONE);
        values.put("flag", false);
        values.put("int", Long.MIN_VALUE);
        values.put("big", big);
        values.put("float", -0.0);
        values.put("text", "grüße");
        values.put("array", Tensor.ofFloats(new int[] {0, 2}));
        values.put("scalar", new NumpyScalar(Tensor.ofLongs(new int[0], 3)));
        values.put("list", List.of(1L, List.of(), "x"));
        values.put("dict", Map.of("inner", Map.of("deep", 1.5)));

        assertEquals(values, WireDynamic.decode(WireDynamic.encode(values, "options"), "options"));
        assertArrayEquals(new byte[] {1, 2}, (byte[])
                WireDynamic.decode(WireDynamic.encode(new byte[] {1, 2}, "o"), "o"));
        assertEquals(5L, WireDynamic.decode(WireDynamic.encode(BigInteger.valueOf(5), "o"), "o"));
        assertEquals(3L, WireDynamic.decode(WireDynamic.encode(3, "o"), "o"));
    }

    @Test
    void anOpaqueObjectIsShownAndATupleIsAList() {
        DynamicValue object = DynamicValue.newBuilder()
                .setObject(DynamicObject.newBuilder().setTypeName("m.C").setText("<C>"))
                .build();
        DynamicList tuple = DynamicList.newBuilder().addValues(object).build();

        assertEquals(
                List.of(new Opaque("m.C", "<C>")),
                WireDynamic.decode(DynamicValue.newBuilder().setTuple(tuple).build(), "info"));
    }

    @Test
    void whatHasNoWireFormIsRefusedByNameAndType() {
        var error = assertThrows(
                EnvironmentException.class,
                () -> WireDynamic.encode(Map.of("map", Map.of("size", new StringBuilder())), "the reset option"));

        assertTrue(error.getMessage().contains("the reset option 'map' 'size'"), error::getMessage);
        assertTrue(error.getMessage().contains("found java.lang.StringBuilder"), error::getMessage);
    }

    @Test
    void malformedInfosNameTheKey() {
        Tensor two = Tensor.ofDoubles(new int[] {2}, 1, 2);
        assertMalformed("2 flags in present, found 1", stack("k", InfoScalarKind.INFO_SCALAR_KIND_FLOAT, two, 1));
        assertMalformed("1 values along the first axis", stack("k", InfoScalarKind.INFO_SCALAR_KIND_FLOAT, two, 1, 0));
        assertMalformed("int64 scalars, shape [k]", stack("k", InfoScalarKind.INFO_SCALAR_KIND_INT, two, 1, 1));
        assertMalformed(
                "a kind of stack, found none", stack("k", InfoScalarKind.INFO_SCALAR_KIND_UNSPECIFIED, two, 1, 1));
        assertMalformed("bytes 0 or 1, found 2", stack("k", InfoScalarKind.INFO_SCALAR_KIND_FLOAT, two, 2, 0));
        assertMalformed(
                "values, found none", InfoColumn.newBuilder().setKey("k").setPresent(flags(1, 1)));
        assertMalformed(
                "a kind of value, found none",
                list("k", DynamicList.newBuilder().addValues(DynamicValue.getDefaultInstance()), 1, 0));
        assertMalformed("1 values, one per present copy, found 0", list("k", DynamicList.newBuilder(), 1, 0));
        assertMalformed(
                "a decimal integer, found '1e5'",
                list(
                        "k",
                        DynamicList.newBuilder()
                                .addValues(DynamicValue.newBuilder().setBigInteger("1e5")),
                        1,
                        0));
        assertMalformed(
                "unique keys, found 'x' twice",
                list(
                        "k",
                        DynamicList.newBuilder()
                                .addValues(DynamicValue.newBuilder().setDict(twice("x"))),
                        1,
                        0));
        InfoColumn.Builder column = stack("k", InfoScalarKind.INFO_SCALAR_KIND_FLOAT, two, 1, 1);
        assertMalformed("each key once, found it twice", column, column);
    }

    private static void assertMalformed(String expected, InfoColumn.Builder... columns) {
        var error = assertThrows(ProtocolException.class, () -> decode(2, columns));
        assertTrue(error.getMessage().contains("StepResult.infos, key 'k': expected " + expected), error::getMessage);
    }

    private static Infos decode(int copies, InfoColumn.Builder... columns) {
        InfoBatch.Builder batch = InfoBatch.newBuilder();
        for (InfoColumn.Builder column : columns) {
            batch.addColumns(column);
        }
        return WireInfos.decode(batch.build(), copies, "StepResult.infos");
    }

    private static InfoColumn.Builder stack(String key, InfoScalarKind kind, Tensor values, int... present) {
        return InfoColumn.newBuilder()
                .setKey(key)
                .setPresent(flags(present))
                .setStack(InfoStack.newBuilder().setKind(kind).setValues(WireTensors.encode(values)));
    }

    private static InfoColumn.Builder list(String key, DynamicList.Builder values, int... present) {
        return InfoColumn.newBuilder().setKey(key).setPresent(flags(present)).setList(values);
    }

    private static DynamicDict.Builder twice(String key) {
        DynamicEntry entry = DynamicEntry.newBuilder()
                .setKey(key)
                .setValue(DynamicValue.newBuilder().setBoolean(true))
                .build();
        return DynamicDict.newBuilder().addEntries(entry).addEntries(entry);
    }

    private static Tensor bools(int... values) {
        return Tensor.wrap(
                DType.BOOL,
                new int[] {values.length},
                ByteBuffer.wrap(flags(values).toByteArray()));
    }

    private static ByteString flags(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }
}
