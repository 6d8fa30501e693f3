package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes untrained networks of plans. */
public final class Layers {
    private final RandomGenerator random;
    private final DataType dataType;

    private Layers(RandomGenerator random, DataType dataType) {
        this.random = random;
        this.dataType = dataType;
    }

    /**
     * Makes one.
     *
     * @param random for the initialisation; drawn from in the order of the parameters
     * @param dataType FLOAT for training, DOUBLE for checking gradients
     */
    public static Layer of(NetworkPlan plan, RandomGenerator random, DataType dataType) {
        return new Layers(random, dataType).layer(plan);
    }

    private Layer layer(NetworkPlan plan) {
        if (plan instanceof NetworkPlan.Linear linear) {
            return DenseNetwork.linear(linear.inputs(), linear.outputs(), linear.biased(), dataType);
        }
        if (plan instanceof NetworkPlan.Embedding embedding) {
            return DenseNetwork.embedding(embedding.inputs(), embedding.outputs(), random, dataType);
        }
        if (plan instanceof NetworkPlan.Dense dense) {
            return DenseNetwork.of(dense, random, dataType);
        }
        if (plan instanceof NetworkPlan.Convolutions convolutions) {
            return ConvolutionalNetwork.of(convolutions, random, dataType);
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
