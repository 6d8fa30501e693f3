package dev.gangway.environment;

import java.util.Optional;

/**
 * A graph: an element of a {@link Graph} space, and what Gymnasium calls {@code gymnasium.spaces.GraphInstance}.
 *
 * @param nodes the nodes' attributes
 * @param edges the edges' attributes; empty when the graph has no edges
 * @param edgeLinks the indices of the two nodes that each edge joins, an integer tensor of shape [edges, 2]; empty if
 *     and only if {@code edges} is empty
 */
public record GraphValue(StackedValue nodes, Optional<StackedValue> edges, Optional<Tensor> edgeLinks)
        implements Value {
    /**
     * Checks that every edge has its links.
     *
     * @throws IllegalArgumentException when only one of {@code edges} and {@code edgeLinks} is given, or when the links
     *     are not an integer tensor of shape [edges, 2]
     */
    public GraphValue {
        if (edges.isPresent() != edgeLinks.isPresent()) {
            throw new IllegalArgumentException("Expected edges with edge links or neither, found "
                    + (edges.isPresent() ? "edges" : "edge links") + " alone");
        }
        if (edges.isPresent()) {
            Tensor links = edgeLinks.orElseThrow();
            int[] shape = links.shape();
            if (links.dtype().isFloating()
                    || links.dtype() == DType.BOOL
                    || shape.length != 2
                    || shape[0] != edges.orElseThrow().length()
                    || shape[1] != 2) {
                throw new IllegalArgumentException("Expected integer edge links of shape ["
                        + edges.orElseThrow().length() + ", 2], found " + Tensor.describe(links.dtype(), shape));
            }
        }
    }

    /** Returns a graph without edges. */
    public static GraphValue ofNodes(StackedValue nodes) {
        return new GraphValue(nodes, Optional.empty(), Optional.empty());
    }
}
