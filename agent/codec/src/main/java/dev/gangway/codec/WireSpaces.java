package dev.gangway.codec;

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
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Text;
import dev.gangway.environment.Tuple;
import dev.gangway.v1.BoxSpace;
import dev.gangway.v1.DictSpace;
import dev.gangway.v1.GraphSpace;
import dev.gangway.v1.NamedSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Encodes and decodes spaces. */
public final class WireSpaces {
    /** The largest {@link Space#depth depth} of a space that can be sent. */
    public static final int MAX_DEPTH = 16;

    private WireSpaces() {}

    /**
     * Returns the space of a message.
     *
     * @param role "observation" or "action", which the error names
     * @param id id of the environment, which the error names
     * @throws ProtocolException when the message is malformed
     */
    public static Space decode(dev.gangway.v1.Space wire, String role, String id) {
        return decode(wire, role + " space of " + id, 0);
    }

    private static Space decode(dev.gangway.v1.Space wire, String place, int depth) {
        if (depth > MAX_DEPTH) {
            throw ProtocolException.at(place, "at most " + MAX_DEPTH + " spaces one within another", "more");
        }
        int inner = depth + 1;
        try {
            return switch (wire.getKindCase()) {
                case BOX -> box(wire.getBox(), place);
                case DISCRETE -> {
                    var discrete = wire.getDiscrete();
                    yield new Discrete(
                            discrete.getN(),
                            discrete.getStart(),
                            WireTensors.decode(discrete.getDataType(), discrete.getDataTypeValue(), place));
                }
                case MULTI_DISCRETE -> {
                    var multi = wire.getMultiDiscrete();
                    yield new MultiDiscrete(
                            WireTensors.decode(multi.getNvec(), place + ", nvec"),
                            WireTensors.decode(multi.getStart(), place + ", start"),
                            WireTensors.decode(multi.getDataType(), multi.getDataTypeValue(), place));
                }
                case MULTI_BINARY ->
                    new MultiBinary(
                            WireTensors.decodeShape(wire.getMultiBinary().getShapeList(), place));
                case TEXT ->
                    new Text(
                            length(wire.getText().getMinLength(), place + ", min_length"),
                            length(wire.getText().getMaxLength(), place + ", max_length"),
                            wire.getText().getCharset());
                case TUPLE -> new Tuple(parts(wire.getTuple().getSpacesList(), place, inner));
                case DICT -> dict(wire.getDict(), place, inner);
                case SEQUENCE ->
                    new Sequence(
                            decode(wire.getSequence().getElement(), place + ", element", inner),
                            wire.getSequence().getStacked());
                case GRAPH -> graph(wire.getGraph(), place, inner);
                case ONE_OF -> new OneOf(parts(wire.getOneOf().getSpacesList(), place, inner));
                case KIND_NOT_SET -> throw ProtocolException.at(place, "a kind of space", "none");
            };
        } catch (IllegalArgumentException invalid) {
            throw ProtocolException.at(place, "a valid space", invalid.getMessage());
        }
    }

    private static List<Space> parts(List<dev.gangway.v1.Space> wire, String place, int depth) {
        List<Space> parts = new ArrayList<>(wire.size());
        for (dev.gangway.v1.Space part : wire) {
            parts.add(decode(part, place + "[" + parts.size() + "]", depth));
        }
        return parts;
    }

    private static Dict dict(DictSpace wire, String place, int depth) {
        Map<String, Space> parts = new LinkedHashMap<>();
        for (NamedSpace entry : wire.getEntriesList()) {
            String key = entry.getKey();
            if (parts.put(key, decode(entry.getSpace(), place + "['" + key + "']", depth)) != null) {
                throw ProtocolException.at(place, "each key once", "'" + key + "' twice");
            }
        }
        return new Dict(parts, wire.getKeepsOrder());
    }

    private static Graph graph(GraphSpace wire, String place, int depth) {
        return new Graph(
                decode(wire.getNode(), place + ", node", depth),
                wire.hasEdge() ? Optional.of(decode(wire.getEdge(), place + ", edge", depth)) : Optional.empty());
    }

    /** Returns a text length as an int. A length beyond that of the longest Java string counts as that length. */
    private static int length(long wire, String place) {
        if (wire < 0) {
            throw ProtocolException.at(place, "a length ≥ 0", wire);
        }
        return (int) Math.min(wire, Integer.MAX_VALUE);
    }

    /**
     * Returns the message of a space.
     *
     * @throws IllegalArgumentException when the space is deeper than {@link #MAX_DEPTH}
     */
    public static dev.gangway.v1.Space encode(Space space) {
        if (space.depth() > MAX_DEPTH) {
            throw new IllegalArgumentException("Expected at most " + MAX_DEPTH + " spaces one within another, found "
                    + space.depth() + " in " + space);
        }
        return encodeParts(space);
    }

    private static dev.gangway.v1.Space encodeParts(Space space) {
        var wire = dev.gangway.v1.Space.newBuilder();
        if (space instanceof Box box) {
            wire.getBoxBuilder()
                    .setDataType(WireTensors.encode(box.dtype()))
                    .addAllShape(extents(box.shape()))
                    .setLow(WireTensors.encode(box.low()))
                    .setHigh(WireTensors.encode(box.high()))
                    .setBoundedBelow(flags(box.boundedBelow()))
                    .setBoundedAbove(flags(box.boundedAbove()));
        } else if (space instanceof Discrete discrete) {
            wire.getDiscreteBuilder()
                    .setN(discrete.n())
                    .setStart(discrete.start())
                    .setDataType(WireTensors.encode(discrete.dtype()));
        } else if (space instanceof MultiDiscrete multi) {
            wire.getMultiDiscreteBuilder()
                    .setNvec(WireTensors.encode(multi.nvec()))
                    .setStart(WireTensors.encode(multi.start()))
                    .setDataType(WireTensors.encode(multi.dtype()));
        } else if (space instanceof MultiBinary binary) {
            wire.getMultiBinaryBuilder().addAllShape(extents(binary.shape()));
        } else if (space instanceof Text text) {
            wire.getTextBuilder()
                    .setMinLength(text.minLength())
                    .setMaxLength(text.maxLength())
                    .setCharset(text.charset());
        } else if (space instanceof Tuple tuple) {
            wire.getTupleBuilder().addAllSpaces(messages(tuple.spaces()));
        } else if (space instanceof Dict dict) {
            DictSpace.Builder entries = wire.getDictBuilder().setKeepsOrder(dict.keepsOrder());
            dict.spaces()
                    .forEach((key, part) -> entries.addEntries(
                            NamedSpace.newBuilder().setKey(key).setSpace(encodeParts(part))));
        } else if (space instanceof Sequence sequence) {
            wire.getSequenceBuilder()
                    .setElement(encodeParts(sequence.element()))
                    .setStacked(sequence.stacked());
        } else if (space instanceof Graph graph) {
            GraphSpace.Builder message = wire.getGraphBuilder().setNode(encodeParts(graph.node()));
            graph.edge().ifPresent(edge -> message.setEdge(encodeParts(edge)));
        } else if (space instanceof OneOf oneOf) {
            wire.getOneOfBuilder().addAllSpaces(messages(oneOf.spaces()));
        }
        return wire.build();
    }

    private static List<dev.gangway.v1.Space> messages(List<Space> spaces) {
        return spaces.stream().map(WireSpaces::encodeParts).toList();
    }

    private static List<Long> extents(int[] shape) {
        return Arrays.stream(shape).mapToObj(extent -> (long) extent).toList();
    }

    private static ByteString flags(boolean[] flags) {
        byte[] bytes = new byte[flags.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (flags[i] ? 1 : 0);
        }
        return ByteString.copyFrom(bytes);
    }

    private static Box box(BoxSpace wire, String place) {
        DType dtype = WireTensors.decode(wire.getDataType(), wire.getDataTypeValue(), place);
        int[] shape = WireTensors.decodeShape(wire.getShapeList(), place);
        int size = Tensor.elementCount(shape);
        return new Box(
                dtype,
                shape,
                bound(WireTensors.decode(wire.getLow(), place + ", low"), shape),
                bound(WireTensors.decode(wire.getHigh(), place + ", high"), shape),
                flags(wire.getBoundedBelow(), size, place + ", bounded_below"),
                flags(wire.getBoundedAbove(), size, place + ", bounded_above"));
    }

    /** Returns the bounds of all elements. A scalar bound in the message applies to every element. */
    private static Tensor bound(Tensor bound, int[] shape) {
        if (bound.rank() != 0 || shape.length == 0) {
            return bound;
        }
        ByteBuffer all = Tensor.allocate(bound.dtype(), shape);
        while (all.hasRemaining()) {
            all.put(bound.bytes());
        }
        return Tensor.wrap(bound.dtype(), shape, all.flip());
    }

    /** Returns the flags of all elements. A single flag in the message applies to every element. */
    private static boolean[] flags(ByteString wire, int size, String place) {
        if (wire.size() != 1 || size == 0) {
            return WireTensors.decodeFlags(wire, size, place);
        }
        boolean[] flags = new boolean[size];
        Arrays.fill(flags, WireTensors.decodeFlags(wire, 1, place)[0]);
        return flags;
    }
}
