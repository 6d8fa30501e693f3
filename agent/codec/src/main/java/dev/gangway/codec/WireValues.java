package dev.gangway.codec;

import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Graph;
import dev.gangway.environment.GraphValue;
import dev.gangway.environment.OneOf;
import dev.gangway.environment.OneOfValue;
import dev.gangway.environment.Sequence;
import dev.gangway.environment.Space;
import dev.gangway.environment.StackedValue;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Text;
import dev.gangway.environment.TextValue;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import dev.gangway.v1.NamedValue;
import dev.gangway.v1.Value.KindCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Encodes and decodes values of a space and batches of them. A decoded value has the structure of its space: kinds,
 * keys, types, shapes and lengths fit. As in Gymnasium, its elements may lie outside the space's bounds.
 */
public final class WireValues {
    private WireValues() {}

    /** Returns the message of a value or of a batch. */
    public static dev.gangway.v1.Value encode(Value value) {
        var wire = dev.gangway.v1.Value.newBuilder();
        if (value instanceof Tensor tensor) {
            wire.setTensor(WireTensors.encode(tensor));
        } else if (value instanceof TextValue text) {
            wire.setText(text.text());
        } else if (value instanceof TupleValue tuple) {
            var values = wire.getTupleBuilder();
            tuple.values().forEach(part -> values.addValues(encode(part)));
        } else if (value instanceof DictValue dict) {
            var entries = wire.getDictBuilder();
            dict.entries()
                    .forEach((key, part) -> entries.addEntries(
                            NamedValue.newBuilder().setKey(key).setValue(encode(part))));
        } else if (value instanceof StackedValue stacked) {
            wire.setStacked(encode(stacked));
        } else if (value instanceof GraphValue graph) {
            var message = wire.getGraphBuilder().setNodes(encode(graph.nodes()));
            graph.edges().ifPresent(edges -> message.setEdges(encode(edges)));
            graph.edgeLinks().ifPresent(links -> message.setEdgeLinks(WireTensors.encode(links)));
        } else if (value instanceof OneOfValue chosen) {
            wire.getOneOfBuilder().setIndex(chosen.index()).setValue(encode(chosen.value()));
        }
        return wire.build();
    }

    private static dev.gangway.v1.StackedValue encode(StackedValue stacked) {
        return dev.gangway.v1.StackedValue.newBuilder()
                .setLength(stacked.length())
                .setBatch(encode(stacked.batch()))
                .build();
    }

    /**
     * Returns the batch of n values of a space that a message holds.
     *
     * @param place names the batch in the error, for example {@code StepResult.observations}
     * @throws ProtocolException when the message does not hold such a batch
     */
    public static Value decodeBatch(Space space, dev.gangway.v1.Value wire, int n, String place) {
        if (space instanceof ArraySpace array) {
            int[] inner = array.shape();
            int[] shape = new int[inner.length + 1];
            shape[0] = n;
            System.arraycopy(inner, 0, shape, 1, inner.length);
            return tensor(wire, array.dtype(), shape, place);
        }
        if (space instanceof Tuple tuple) {
            return tuple(tuple, wire, place, (part, value, at) -> decodeBatch(part, value, n, at));
        }
        if (space instanceof Dict dict) {
            return dict(dict, wire, place, (part, value, at) -> decodeBatch(part, value, n, at));
        }
        List<dev.gangway.v1.Value> values = values(wire, place);
        checkCount(n, values.size(), place);
        return elements(space, values, place);
    }

    /**
     * Returns the one value of a space that a message holds.
     *
     * @param place names the value in the error
     * @throws ProtocolException when the message does not hold such a value
     */
    public static Value decode(Space space, dev.gangway.v1.Value wire, String place) {
        if (space instanceof ArraySpace array) {
            return tensor(wire, array.dtype(), array.shape(), place);
        } else if (space instanceof Text) {
            checkKind(KindCase.TEXT, wire, place);
            return new TextValue(wire.getText());
        } else if (space instanceof Tuple tuple) {
            return tuple(tuple, wire, place, WireValues::decode);
        } else if (space instanceof Dict dict) {
            return dict(dict, wire, place, WireValues::decode);
        } else if (space instanceof Sequence sequence) {
            if (!sequence.stacked()) {
                return elements(sequence.element(), values(wire, place), place);
            }
            checkKind(KindCase.STACKED, wire, place);
            return stacked(sequence.element(), wire.getStacked(), place);
        } else if (space instanceof Graph graph) {
            checkKind(KindCase.GRAPH, wire, place);
            return graph(graph, wire.getGraph(), place);
        } else if (space instanceof OneOf oneOf) {
            checkKind(KindCase.ONE_OF, wire, place);
            long index = wire.getOneOf().getIndex();
            if (index < 0 || index >= oneOf.spaces().size()) {
                throw ProtocolException.at(
                        place, "the index of one of " + oneOf.spaces().size() + " alternatives", index);
            }
            Space chosen = oneOf.spaces().get((int) index);
            return new OneOfValue((int) index, decode(chosen, wire.getOneOf().getValue(), place));
        }
        throw new AssertionError(space);
    }

    /** Decodes a part of a Tuple or Dict, either as a value or as a batch. */
    private interface PartDecoder {
        Value decode(Space part, dev.gangway.v1.Value wire, String place);
    }

    private static Tensor tensor(dev.gangway.v1.Value wire, DType dtype, int[] shape, String place) {
        checkKind(KindCase.TENSOR, wire, place);
        return WireTensors.decode(wire.getTensor(), dtype, shape, place);
    }

    private static TupleValue tuple(Tuple space, dev.gangway.v1.Value wire, String place, PartDecoder decoder) {
        List<dev.gangway.v1.Value> values = values(wire, place);
        checkCount(space.spaces().size(), values.size(), place);
        List<Value> parts = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            parts.add(decoder.decode(space.spaces().get(i), values.get(i), place + "[" + i + "]"));
        }
        return new TupleValue(parts);
    }

    /** Returns a dictionary with its keys in the order of its space. A sender of actions may use any order. */
    private static DictValue dict(Dict space, dev.gangway.v1.Value wire, String place, PartDecoder decoder) {
        checkKind(KindCase.DICT, wire, place);
        Map<String, dev.gangway.v1.Value> entries = new LinkedHashMap<>();
        wire.getDict().getEntriesList().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        if (entries.size() != wire.getDict().getEntriesCount()
                || !entries.keySet().equals(space.spaces().keySet())) {
            throw ProtocolException.at(
                    place,
                    "the keys " + space.spaces().keySet(),
                    wire.getDict().getEntriesList().stream()
                            .map(NamedValue::getKey)
                            .toList());
        }
        Map<String, Value> parts = new LinkedHashMap<>();
        space.spaces()
                .forEach((key, part) -> parts.put(
                        key,
                        decoder.decode(part, Objects.requireNonNull(entries.get(key)), place + "['" + key + "']")));
        return new DictValue(parts);
    }

    private static TupleValue elements(Space element, List<dev.gangway.v1.Value> values, String place) {
        List<Value> elements = new ArrayList<>(values.size());
        for (dev.gangway.v1.Value value : values) {
            elements.add(decode(element, value, place + "[" + elements.size() + "]"));
        }
        return new TupleValue(elements);
    }

    private static StackedValue stacked(Space element, dev.gangway.v1.StackedValue wire, String place) {
        if (wire.getLength() < 0 || wire.getLength() > Integer.MAX_VALUE) {
            throw ProtocolException.at(place, "a length in [0, 2^31)", wire.getLength());
        }
        int length = (int) wire.getLength();
        return new StackedValue(length, decodeBatch(element, wire.getBatch(), length, place));
    }

    private static GraphValue graph(Graph space, dev.gangway.v1.GraphValue wire, String place) {
        StackedValue nodes = stacked(space.node(), wire.getNodes(), place + ", nodes");
        if (!wire.hasEdges() && !wire.hasEdgeLinks()) {
            return GraphValue.ofNodes(nodes);
        }
        Space edge =
                space.edge().orElseThrow(() -> ProtocolException.at(place, "no edges, as the space has none", "edges"));
        Optional<Tensor> links = wire.hasEdgeLinks()
                ? Optional.of(WireTensors.decode(wire.getEdgeLinks(), place + ", edge_links"))
                : Optional.empty();
        Optional<StackedValue> edges =
                wire.hasEdges() ? Optional.of(stacked(edge, wire.getEdges(), place + ", edges")) : Optional.empty();
        try {
            return new GraphValue(nodes, edges, links);
        } catch (IllegalArgumentException invalid) {
            throw ProtocolException.at(place, "a valid graph", invalid.getMessage());
        }
    }

    private static List<dev.gangway.v1.Value> values(dev.gangway.v1.Value wire, String place) {
        checkKind(KindCase.TUPLE, wire, place);
        return wire.getTuple().getValuesList();
    }

    private static void checkCount(int expected, int found, String place) {
        if (expected != found) {
            throw ProtocolException.at(place, expected + " values", found);
        }
    }

    private static void checkKind(KindCase expected, dev.gangway.v1.Value wire, String place) {
        if (wire.getKindCase() != expected) {
            throw ProtocolException.at(place, "a " + name(expected), name(wire.getKindCase()));
        }
    }

    private static String name(KindCase kind) {
        return kind == KindCase.KIND_NOT_SET
                ? "value without a kind"
                : kind.name().toLowerCase(Locale.ROOT).replace("_", "");
    }
}
