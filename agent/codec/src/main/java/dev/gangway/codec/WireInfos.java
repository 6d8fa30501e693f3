package dev.gangway.codec;

import com.google.protobuf.ByteString;
import dev.gangway.environment.DType;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.InfoBatch;
import dev.gangway.v1.InfoColumn;
import dev.gangway.v1.InfoScalarKind;
import dev.gangway.v1.InfoStack;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Encodes and decodes infos. A message has one column per key; {@link Infos} has one map per copy. */
public final class WireInfos {
    private WireInfos() {}

    /**
     * Returns the infos of a message.
     *
     * @param copies number of copies that the message describes
     * @param place names the message in the error
     * @throws ProtocolException when the message is malformed
     */
    public static Infos decode(InfoBatch wire, int copies, String place) {
        if (wire.getColumnsCount() == 0) {
            return Infos.empty(copies);
        }
        List<Map<String, Object>> rows = new ArrayList<>(copies);
        for (int copy = 0; copy < copies; copy++) {
            rows.add(new LinkedHashMap<>());
        }
        for (InfoColumn column : wire.getColumnsList()) {
            addColumn(column, rows, place + ", key '" + column.getKey() + "'");
        }
        return new Infos(rows);
    }

    private static void addColumn(InfoColumn column, List<Map<String, Object>> rows, String place) {
        ByteString present = column.getPresent();
        if (present.size() != rows.size()) {
            throw ProtocolException.at(place, rows.size() + " flags in present", present.size());
        }
        WireTensors.checkFlags(present, place);
        int count = 0;
        for (int copy = 0; copy < rows.size(); copy++) {
            count += present.byteAt(copy);
        }
        IntFunction<Object> values = switch (column.getValuesCase()) {
            case STACK -> stack(column.getStack(), count, place);
            case LIST -> list(WireDynamic.decode(column.getList(), place), count, place);
            case VALUES_NOT_SET -> throw ProtocolException.at(place, "values", "none");
        };
        int next = 0;
        for (int copy = 0; copy < rows.size(); copy++) {
            if (present.byteAt(copy) != 0 && rows.get(copy).put(column.getKey(), values.apply(next++)) != null) {
                throw ProtocolException.at(place, "each key once", "it twice");
            }
        }
    }

    private static IntFunction<Object> list(List<Object> values, int count, String place) {
        if (values.size() != count) {
            throw ProtocolException.at(place, count + " values, one per present copy", values.size());
        }
        return values::get;
    }

    private static IntFunction<Object> stack(InfoStack wire, int count, String place) {
        Tensor values = WireTensors.decode(wire.getValues(), place);
        if (values.rank() == 0 || values.shape()[0] != count) {
            throw ProtocolException.at(place, count + " values along the first axis", values);
        }
        return switch (wire.getKind()) {
            case INFO_SCALAR_KIND_ARRAY -> values::row;
            case INFO_SCALAR_KIND_NUMPY_SCALAR -> {
                checkScalars(values, values.dtype(), place);
                yield i -> new Infos.NumpyScalar(values.row(i));
            }
            case INFO_SCALAR_KIND_BOOL -> {
                checkScalars(values, DType.BOOL, place);
                yield i -> values.getLong(i) != 0;
            }
            case INFO_SCALAR_KIND_INT -> {
                checkScalars(values, DType.INT64, place);
                yield values::getLong;
            }
            case INFO_SCALAR_KIND_FLOAT -> {
                checkScalars(values, DType.FLOAT64, place);
                yield values::getDouble;
            }
            case INFO_SCALAR_KIND_UNSPECIFIED -> throw ProtocolException.at(place, "a kind of stack", "none");
            case UNRECOGNIZED ->
                throw ProtocolException.at(place, "a kind of stack of protocol version 1", wire.getKindValue());
        };
    }

    private static void checkScalars(Tensor values, DType dtype, String place) {
        if (values.rank() != 1 || values.dtype() != dtype) {
            throw ProtocolException.at(place, dtype.numpyName() + " scalars, shape [k]", values);
        }
    }

    /**
     * Returns the message of infos. Its columns come in the order in which their keys first appear over the copies. A
     * column whose values all have one kind, type and shape is sent as one array.
     *
     * @throws dev.gangway.environment.EnvironmentException when a value has a type that cannot be sent
     */
    public static InfoBatch encode(Infos infos) {
        Map<String, Map<Integer, Object>> columns = new LinkedHashMap<>();
        List<Map<String, Object>> rows = infos.rows();
        for (int copy = 0; copy < rows.size(); copy++) {
            for (Map.Entry<String, Object> entry : rows.get(copy).entrySet()) {
                columns.computeIfAbsent(entry.getKey(), key -> new LinkedHashMap<>())
                        .put(copy, entry.getValue());
            }
        }
        InfoBatch.Builder wire = InfoBatch.newBuilder();
        columns.forEach((key, column) -> {
            byte[] present = new byte[rows.size()];
            column.keySet().forEach(copy -> present[copy] = 1);
            List<Object> values = List.copyOf(column.values());
            InfoColumn.Builder message = wire.addColumnsBuilder().setKey(key).setPresent(ByteString.copyFrom(present));
            Optional<InfoStack> stack = stack(values);
            if (stack.isPresent()) {
                message.setStack(stack.get());
            } else {
                values.forEach(value ->
                        message.getListBuilder().addValues(WireDynamic.encode(value, "the info '" + key + "'")));
            }
        });
        return wire.build();
    }

    /** Returns values of one kind, type and shape as one array; empty when the values differ or cannot be stacked. */
    private static Optional<InfoStack> stack(List<Object> values) {
        List<Element> elements =
                values.stream().flatMap(value -> element(value).stream()).toList();
        if (elements.isEmpty() || elements.size() < values.size()) {
            return Optional.empty();
        }
        Element first = elements.get(0);
        if (!elements.stream().allMatch(first::stacksWith)) {
            return Optional.empty();
        }
        Tensor one = first.tensor();
        int[] shape = new int[one.rank() + 1];
        shape[0] = values.size();
        System.arraycopy(one.shape(), 0, shape, 1, one.rank());
        ByteBuffer data = Tensor.allocate(one.dtype(), shape);
        elements.forEach(element -> data.put(element.tensor().bytes()));
        return Optional.of(InfoStack.newBuilder()
                .setKind(first.kind())
                .setValues(WireTensors.encode(Tensor.wrap(one.dtype(), shape, data.flip())))
                .build());
    }

    /** A value that can be stacked, in the form of an array. */
    private record Element(InfoScalarKind kind, Tensor tensor) {
        boolean stacksWith(Element other) {
            return kind == other.kind
                    && tensor.dtype() == other.tensor.dtype()
                    && Arrays.equals(tensor.shape(), other.tensor.shape());
        }
    }

    private static Optional<Element> element(Object value) {
        int[] scalar = {};
        if (value instanceof Tensor array) {
            return Optional.of(new Element(InfoScalarKind.INFO_SCALAR_KIND_ARRAY, array));
        } else if (value instanceof Infos.NumpyScalar number) {
            return Optional.of(new Element(InfoScalarKind.INFO_SCALAR_KIND_NUMPY_SCALAR, number.value()));
        } else if (value instanceof Boolean flag) {
            ByteBuffer data = Tensor.allocate(DType.BOOL, scalar).put((byte) (flag ? 1 : 0));
            return Optional.of(
                    new Element(InfoScalarKind.INFO_SCALAR_KIND_BOOL, Tensor.wrap(DType.BOOL, scalar, data.flip())));
        } else if (value instanceof Long number) {
            return Optional.of(new Element(InfoScalarKind.INFO_SCALAR_KIND_INT, Tensor.ofLongs(scalar, number)));
        } else if (value instanceof Double number) {
            return Optional.of(new Element(InfoScalarKind.INFO_SCALAR_KIND_FLOAT, Tensor.ofDoubles(scalar, number)));
        }
        return Optional.empty();
    }
}
