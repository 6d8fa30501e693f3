package dev.gangway.nd4j;

import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A network that Gangway does not build itself: h = tanh(x A + a), r = h + tanh(h B + b), outputs r C + c. */
final class ResidualGraph {
    private ResidualGraph() {}

    /** Returns the graph, with weights that are drawn anew by each seed. */
    static SameDiff of(int features, int units, int outputs, double outputScale, long seed) {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("features", DataType.FLOAT, -1, features);
        SDVariable h = graph.math().tanh(dense(graph, "entry", x, features, units, Math.sqrt(2.0 / features), seed));
        SDVariable inner = graph.math().tanh(dense(graph, "block", h, units, units, Math.sqrt(1.0 / units), seed + 1));
        SDVariable out = dense(graph, "exit", h.add(inner), units, outputs, outputScale, seed + 2);
        graph.identity("outputs", out);
        return graph;
    }

    private static SDVariable dense(
            SameDiff graph, String name, SDVariable x, int inputs, int outputs, double scale, long seed) {
        Random random = new Random(seed);
        float[] weights = new float[inputs * outputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (scale * random.nextGaussian());
        }
        SDVariable w = graph.var(name + ".weights", Nd4jArrays.of(weights, inputs, outputs));
        SDVariable b = graph.var(name + ".bias", Nd4j.zeros(DataType.FLOAT, outputs));
        return x.mmul(w).add(b);
    }
}
