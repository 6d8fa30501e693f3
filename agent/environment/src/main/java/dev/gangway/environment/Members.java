package dev.gangway.environment;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds out whether an action that has its space's structure is a member of that space, at every depth. The elements of a
 * Box are not compared with its bounds, because many environments clip such actions themselves.
 */
public final class Members {
    private Members() {}

    /** A part of an action and the space that it is not in. */
    public record Stranger(Value value, Space space) {}

    /** Returns the first part that is not in its space. */
    public static Optional<Stranger> find(Space space, Value value) {
        if (space instanceof Box) {
            return Optional.empty();
        } else if (space instanceof Tuple tuple && value instanceof TupleValue parts) {
            return first(IntStream.range(0, parts.values().size())
                    .mapToObj(i -> find(tuple.spaces().get(i), parts.values().get(i))));
        } else if (space instanceof Dict dict && value instanceof DictValue parts) {
            return first(
                    dict.spaces().entrySet().stream().map(part -> find(part.getValue(), parts.get(part.getKey()))));
        } else if (space instanceof Sequence sequence && value instanceof StackedValue stacked) {
            return stacked(sequence.element(), stacked);
        } else if (space instanceof Sequence sequence && value instanceof TupleValue parts) {
            return first(parts.values().stream().map(part -> find(sequence.element(), part)));
        } else if (space instanceof Graph graph && value instanceof GraphValue parts) {
            return first(Stream.concat(
                    Stream.of(stacked(graph.node(), parts.nodes())),
                    parts.edges().stream().map(edges -> stacked(graph.edge().orElseThrow(), edges))));
        } else if (space instanceof OneOf oneOf && value instanceof OneOfValue chosen) {
            return find(oneOf.spaces().get(chosen.index()), chosen.value());
        }
        return space.contains(value) ? Optional.empty() : Optional.of(new Stranger(value, space));
    }

    private static Optional<Stranger> stacked(Space element, StackedValue stacked) {
        return first(IntStream.range(0, stacked.length())
                .mapToObj(i -> find(element, element.row(stacked.batch(), i))));
    }

    private static Optional<Stranger> first(Stream<Optional<Stranger>> found) {
        return found.flatMap(Optional::stream).findFirst();
    }
}
