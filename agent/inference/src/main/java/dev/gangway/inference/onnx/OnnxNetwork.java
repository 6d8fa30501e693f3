package dev.gangway.inference.onnx;

import dev.gangway.inference.network.Network;

/** A network of another maker that says how it is written in ONNX's operators. */
public interface OnnxNetwork extends Network {
    /**
     * Adds the network's operators and constants to a graph.
     *
     * @param input name of the features, float32 [batch, D]
     * @return name of the outputs, float32 [batch, K]
     */
    String addTo(OnnxGraph graph, String input);
}
