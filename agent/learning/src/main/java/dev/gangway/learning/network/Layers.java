package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes untrained networks of plans. */
public final class Layers {
    private final RandomGenerator random;
    private final Precision precision;

    private Layers(RandomGenerator random, Precision precision) {
        this.random = random;
        this.precision = precision;
    }

    /**
     * Makes one.
     *
     * @param random for the initialisation; drawn from in the order of the parameters
     * @param precision FLOAT for training, DOUBLE for checking gradients
     */
    public static Layer of(NetworkPlan plan, RandomGenerator random, Precision precision) {
        return new Layers(random, precision).layer(plan);
    }

    private Layer layer(NetworkPlan plan) {
        if (plan instanceof NetworkPlan.Linear linear) {
            return DenseNetwork.linear(linear.inputs(), linear.outputs(), linear.biased(), precision);
        }
        if (plan instanceof NetworkPlan.Embedding embedding) {
            return DenseNetwork.embedding(embedding.inputs(), embedding.outputs(), random, precision);
        }
        if (plan instanceof NetworkPlan.Dense dense) {
            return DenseNetwork.of(dense, random, precision);
        }
        if (plan instanceof NetworkPlan.Convolutions convolutions) {
            return ConvolutionalNetwork.of(convolutions, random, precision);
        }
        if (plan instanceof NetworkPlan.Chosen chosen) {
            return new ChosenFeatures(chosen.inputs(), chosen.columns(), layer(chosen.network()));
        }
        if (plan instanceof NetworkPlan.Sequential sequential) {
            Layer trunk = layer(sequential.trunk());
            return SequentialNetwork.of(trunk, layer(sequential.head()));
        }
        List<BranchedNetwork.Branch> branches = new ArrayList<>();
        for (NetworkPlan.Branch branch : ((NetworkPlan.Branched) plan).branches()) {
            branches.add(new BranchedNetwork.Branch(
                    branch.name(), branch.size(), branch.network().map(this::layer)));
        }
        return BranchedNetwork.of(branches);
    }
}
