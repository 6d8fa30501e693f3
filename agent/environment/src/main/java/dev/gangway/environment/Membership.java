package dev.gangway.environment;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the part of an action that is not in its space, at any depth. The action must have the structure of the space.
 * The elements of a Box are not compared with its bounds, because many environments clip such actions themselves.
 */
public final class Membership {
    private Membership() {}

    /**
     * A part of an action that is not an element of its space.
     *
     * @param value the part
     * @param space the space of which it is no element
     */
    public record Mismatch(Value value, Space space) {}

    /** Returns the first part that is not an element of its space; empty when every part is. */
    public static Optional<Mismatch> firstMismatch(Space space, Value value) {
        if (space instanceof Box) {
            return Optional.empty();
        } else if (space instanceof Tuple tuple && value instanceof TupleValue parts) {
            return first(IntStream.range(0, parts.values().size())
                    .mapToObj(i ->
                            firstMismatch(tuple.spaces().get(i), parts.values().get(i))));
        } else if (space instanceof Dict dict && value instanceof DictValue parts) {
            return first(dict.spaces().entrySet().stream()
                    .map(part -> firstMismatch(part.getValue(), parts.get(part.getKey()))));
        } else if (space instanceof Sequence sequence && value instanceof StackedValue stacked) {
            return stacked(sequence.element(), stacked);
        } else if (space instanceof Sequence sequence && value instanceof TupleValue parts) {
            return first(parts.values().stream().map(part -> firstMismatch(sequence.element(), part)));
        } else if (space instanceof Graph graph && value instanceof GraphValue parts) {
            return first(Stream.concat(
                    Stream.of(stacked(graph.node(), parts.nodes())),
                    parts.edges().stream().map(edges -> stacked(graph.edge().orElseThrow(), edges))));
        } else if (space instanceof OneOf oneOf && value instanceof OneOfValue chosen) {
            return firstMismatch(oneOf.spaces().get(chosen.index()), chosen.value());
        }
        return space.contains(value) ? Optional.empty() : Optional.of(new Mismatch(value, space));
    }

    private static Optional<Mismatch> stacked(Space element, StackedValue stacked) {
        return first(IntStream.range(0, stacked.length())
                .mapToObj(i -> firstMismatch(element, element.row(stacked.batch(), i))));
    }

    private static Optional<Mismatch> first(Stream<Optional<Mismatch>> found) {
        return found.flatMap(Optional::stream).findFirst();
    }
}
