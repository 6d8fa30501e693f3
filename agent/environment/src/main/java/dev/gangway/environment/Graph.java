package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The space of graphs with attributes on their nodes and, optionally, on their edges: {@code gymnasium.spaces.Graph}. A
 * value is a {@link GraphValue}.
 *
 * @param node space of one node's attributes
 * @param edge space of one edge's attributes; empty when the graphs of this space have no edges
 */
public record Graph(Space node, Optional<Space> edge) implements Space {
    private static final int SAMPLED_NODES = 10;

    @Override
    public int depth() {
        return 1 + Math.max(node.depth(), edge.map(Space::depth).orElse(0));
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof GraphValue graph) || !graph.nodes().isOf(node)) {
            return false;
        }
        if (graph.edges().isEmpty()) {
            return true;
        }
        Tensor links = graph.edgeLinks().orElseThrow();
        return edge.isPresent()
                && graph.edges().orElseThrow().isOf(edge.get())
                && IntStream.range(0, links.size())
                        .allMatch(i -> links.getLong(i) >= 0
                                && links.getLong(i) < graph.nodes().length());
    }

    /**
     * Returns a graph of ten independent nodes. The number of edges is uniform in [0, 90), and each edge joins two
     * nodes that are drawn uniformly. If that number is 0, the graph has no edges.
     */
    @Override
    public GraphValue sample(RandomGenerator random) {
        StackedValue nodes = samples(node, SAMPLED_NODES, random);
        int count = random.nextInt(SAMPLED_NODES * (SAMPLED_NODES - 1));
        if (edge.isEmpty() || count == 0) {
            return GraphValue.ofNodes(nodes);
        }
        ByteBuffer links = Tensor.allocate(DType.INT32, count, 2);
        while (links.hasRemaining()) {
            links.putInt(random.nextInt(SAMPLED_NODES));
        }
        return new GraphValue(
                nodes,
                Optional.of(samples(edge.get(), count, random)),
                Optional.of(Tensor.wrap(DType.INT32, new int[] {count, 2}, links.flip())));
    }

    private static StackedValue samples(Space space, int count, RandomGenerator random) {
        List<Value> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(space.sample(random));
        }
        return Sequence.stack(space, values);
    }

    /** Returns a text like {@code Graph(Box(0.0, 1.0, (3,), float32), None)}. */
    @Override
    public String toString() {
        return "Graph(" + node + ", " + edge.map(Space::toString).orElse("None") + ")";
    }
}
