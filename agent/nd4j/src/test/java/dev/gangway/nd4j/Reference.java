package dev.gangway.nd4j;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.DenseLayers;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The built-in networks by ND4J's own operators: an implementation that shares no line with Gangway's. Its parameters have the
 * plan's names, shapes and order.
 */
final class Reference {
    private final SameDiff graph = SameDiff.create();
    private final Map<String, SDVariable> parameters = new HashMap<>();

    private Reference() {}

    static SameDiffPlan of(NetworkPlan plan) {
        Reference reference = new Reference();
        SDVariable features = reference.graph.placeHolder("features", DataType.FLOAT, -1, plan.inputs());
        for (ParameterLayout.Slot slot : plan.layout().slots()) {
            long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
            reference.parameters.put(slot.name(), reference.graph.var(slot.name(), Nd4j.zeros(DataType.FLOAT, shape)));
        }
        SDVariable outputs = reference.network(plan, "", features);
        reference.graph.identity("outputs", outputs);
        return SameDiffPlan.of(reference.graph, "features", "outputs");
    }

    private SDVariable network(NetworkPlan plan, String prefix, SDVariable x) {
        if (plan instanceof NetworkPlan.DenseForm dense) {
            return dense(dense.layers(), prefix, x);
        }
        if (plan instanceof NetworkPlan.Convolutions convolutions) {
            return convolutions(convolutions, prefix, x);
        }
        if (plan instanceof NetworkPlan.Chosen chosen) {
            return network(chosen.network(), prefix, columns(prefix + "chosen", x, plan.inputs(), chosen.columns()));
        }
        if (plan instanceof NetworkPlan.Sequential sequential) {
            SDVariable between = network(sequential.trunk(), prefix + "trunk.", x);
            return network(sequential.head(), prefix + "head.", between);
        }
        return branched((NetworkPlan.Branched) plan, prefix, x);
    }

    private SDVariable dense(DenseLayers layers, String prefix, SDVariable x) {
        SDVariable h = x;
        for (int l = 0; l < layers.count(); l++) {
            h = h.mmul(parameters.get(prefix + "layer" + l + ".weights"));
            if (layers.biased()) {
                h = h.add(parameters.get(prefix + "layer" + l + ".bias"));
            }
            h = layers.activated(l) ? activated(layers.activation(), h) : h;
        }
        return h;
    }

    private SDVariable activated(Activation activation, SDVariable x) {
        return activation == Activation.TANH ? graph.math().tanh(x) : graph.nn().relu(x, 0);
    }

    private SDVariable convolutions(NetworkPlan.Convolutions plan, String prefix, SDVariable x) {
        SDVariable images = graph.reshape(x.mul(plan.inputScale()), -1, plan.height(), plan.width(), plan.channels());
        for (int l = 0; l < plan.filters().size(); l++) {
            Conv2DConfig form = Conv2DConfig.builder()
                    .kH(plan.filters().get(l).kernel())
                    .kW(plan.filters().get(l).kernel())
                    .sH(plan.filters().get(l).stride())
                    .sW(plan.filters().get(l).stride())
                    .dataFormat("NHWC")
                    .paddingMode(PaddingMode.VALID)
                    .build();
            images = activated(
                    plan.activation(),
                    graph.cnn()
                            .conv2d(
                                    images,
                                    parameters.get(prefix + "convolution" + l + ".weights"),
                                    parameters.get(prefix + "convolution" + l + ".bias"),
                                    form));
        }
        return graph.reshape(images, -1, plan.outputs());
    }

    /** Returns some columns, by a product with zeros and ones: ND4J cannot differentiate every gather. */
    private SDVariable columns(String name, SDVariable x, int width, int[] columns) {
        INDArray chosen = Nd4j.zeros(DataType.FLOAT, width, columns.length);
        for (int i = 0; i < columns.length; i++) {
            chosen.putScalar(columns[i], i, 1);
        }
        return x.mmul(graph.constant("columns." + name, chosen));
    }

    private SDVariable branched(NetworkPlan.Branched plan, String prefix, SDVariable x) {
        List<SDVariable> outputs = new ArrayList<>();
        int from = 0;
        for (NetworkPlan.Branch branch : plan.branches()) {
            int first = from;
            int[] own = IntStream.range(0, branch.size()).map(i -> first + i).toArray();
            SDVariable part = columns(prefix + branch.name(), x, plan.inputs(), own);
            outputs.add(branch.network()
                    .map(network -> network(network, prefix + branch.name() + ".", part))
                    .orElse(part));
            from += branch.size();
        }
        return graph.concat(1, outputs.toArray(SDVariable[]::new));
    }
}
