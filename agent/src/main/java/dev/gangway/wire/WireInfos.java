package dev.gangway.wire;

import com.google.protobuf.ByteString;
import dev.gangway.env.DType;
import dev.gangway.env.Infos;
import dev.gangway.env.Tensor;
import dev.gangway.v1.InfoBatch;
import dev.gangway.v1.InfoColumn;
import dev.gangway.v1.InfoStack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Infos from the wire, where they are one column per key, to one map per copy. */
public final class WireInfos {
    private WireInfos() {}

    /**
     * Returns the infos of {@code copies} rows.
     *
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
}
