package dev.gangway.environment;

import java.util.Optional;

/**
 * A graph, an element of a {@link Graph} space: {@code gymnasium.spaces.GraphInstance}.
 *
 * @param nodes the nodes' attributes
 * @param edges the edges' attributes; empty when there are none
 * @param edgeLinks per edge the indices of the two nodes that it joins, an integer tensor of shape [edges, 2]; empty
 *     when and only when {@code edges} is
 */
public record GraphValue(StackedValue nodes, Optional<StackedValue> edges, Optional<Tensor> edgeLinks)
        implements Value {
    /**
     * Checks the links.
     *
     * @throws IllegalArgumentException when there are edges without links or links without edges, or the links are no
     *     integers of shape [edges, 2]
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
