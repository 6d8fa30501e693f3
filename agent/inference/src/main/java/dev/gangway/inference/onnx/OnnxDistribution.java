package dev.gangway.inference.onnx;

import dev.gangway.inference.policy.Distribution;

/** A distribution of another maker that says what of it is an output of an ONNX model. */
public interface OnnxDistribution extends Distribution {
    /**
     * Adds operators and named outputs to a graph.
     *
     * @param outputs name of the network's outputs, float32 [batch, K]
     */
    void addTo(OnnxGraph graph, String outputs);
}
