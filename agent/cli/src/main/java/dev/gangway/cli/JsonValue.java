package dev.gangway.cli;

import dev.gangway.environment.DType;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.GraphValue;
import dev.gangway.environment.OneOfValue;
import dev.gangway.environment.StackedValue;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.TextValue;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts observations to JSON. A tensor becomes nested lists in row-major order, and a scalar becomes itself. Tuples
 * and sequences become lists, dictionaries become objects, and texts become strings. A graph becomes an object with
 * nodes, edges and edge_links, which are null if the graph has no edges. A value of a OneOf space becomes the list of
 * index and value, as in Gymnasium.
 *
 * <p>Floating-point numbers are widened to float64 without rounding, as NumPy's {@code tolist} does. {@link
 * dev.gangway.learning.record.Json} describes how numbers are written for which JSON has no form.
 */
final class JsonValue {
    private JsonValue() {}

    static Object of(Tensor tensor) {
        return nested(tensor, tensor.shape(), 0, 0);
    }

    static Object of(Value value) {
        if (value instanceof TextValue text) {
            return text.text();
        } else if (value instanceof TupleValue tuple) {
            return tuple.values().stream().map(JsonValue::of).toList();
        } else if (value instanceof DictValue dict) {
            Map<String, Object> object = new LinkedHashMap<>();
            dict.entries().forEach((key, part) -> object.put(key, of(part)));
            return object;
        } else if (value instanceof StackedValue stacked) {
            return of(stacked.batch());
        } else if (value instanceof GraphValue graph) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("nodes", of(graph.nodes()));
            object.put("edges", graph.edges().map(JsonValue::of).orElse(null));
            object.put("edge_links", graph.edgeLinks().map(JsonValue::of).orElse(null));
            return object;
        } else if (value instanceof OneOfValue chosen) {
            return List.of((long) chosen.index(), of(chosen.value()));
        }
        return of(value.asTensor());
    }

    private static Object nested(Tensor tensor, int[] shape, int axis, int offset) {
        if (axis == shape.length) {
            return element(tensor, offset);
        }
        int stride = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            stride *= shape[i];
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < shape[axis]; i++) {
            values.add(nested(tensor, shape, axis + 1, offset + i * stride));
        }
        return values;
    }

    private static Object element(Tensor tensor, int index) {
        if (tensor.dtype() == DType.BOOL) {
            return tensor.getLong(index) != 0;
        }
        if (tensor.dtype() == DType.UINT64) {
            return new java.math.BigInteger(Long.toUnsignedString(tensor.getLong(index)));
        }
        return tensor.dtype().isFloating() ? (Object) tensor.getDouble(index) : (Object) tensor.getLong(index);
    }
}
