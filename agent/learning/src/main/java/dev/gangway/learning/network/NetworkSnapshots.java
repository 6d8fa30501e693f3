package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes networks to act with of plans and parameters. */
public final class NetworkSnapshots {
    private final double[] parameters;
    private int next;

    private NetworkSnapshots(double[] parameters) {
        this.parameters = parameters;
    }

    /**
     * Makes one.
     *
     * @param parameters P numbers, in the layout of the network that {@link Layers#of} makes of the plan
     * @throws IllegalArgumentException when there are not P
     */
    public static NetworkSnapshot of(NetworkPlan plan, double[] parameters) {
        NetworkSnapshots reader = new NetworkSnapshots(parameters);
        NetworkSnapshot network = reader.network(plan);
        if (reader.next != parameters.length) {
            throw new IllegalArgumentException(
                    "Expected " + reader.next + " parameters of the network, found " + parameters.length);
        }
        return network;
    }

    private NetworkSnapshot network(NetworkPlan plan) {
        if (plan instanceof NetworkPlan.Linear linear) {
            return dense(List.of(linear.inputs(), linear.outputs()), linear.biased(), Activation.TANH, false);
        }
        if (plan instanceof NetworkPlan.Embedding embedding) {
            return dense(List.of(embedding.inputs(), embedding.outputs()), false, Activation.TANH, false);
        }
        if (plan instanceof NetworkPlan.Dense dense) {
            return dense(dense.sizes(), true, dense.activation(), dense.trunk());
        }
        if (plan instanceof NetworkPlan.Convolutions convolutions) {
            int count = convolutions.chain().stream()
                    .mapToInt(c -> (c.patchSize() + 1) * c.filters())
                    .sum();
            return ConvolutionalSnapshot.of(convolutions, take(count));
        }
        if (plan instanceof NetworkPlan.Chosen chosen) {
            return new ChosenSnapshot(chosen.inputs(), chosen.columns(), network(chosen.network()));
        }
        if (plan instanceof NetworkPlan.Sequential sequential) {
            NetworkSnapshot trunk = network(sequential.trunk());
            return new SequentialSnapshot(trunk, network(sequential.head()));
        }
        List<BranchedSnapshot.Branch> branches = new ArrayList<>();
        for (NetworkPlan.Branch branch : ((NetworkPlan.Branched) plan).branches()) {
            branches.add(
                    new BranchedSnapshot.Branch(branch.size(), branch.network().map(this::network)));
        }
        return new BranchedSnapshot(branches);
    }

    private NetworkSnapshot dense(List<Integer> sizes, boolean biased, Activation activation, boolean trunk) {
        int count = 0;
        for (int l = 0; l + 1 < sizes.size(); l++) {
            count += (sizes.get(l) + (biased ? 1 : 0)) * sizes.get(l + 1);
        }
        int[] units = sizes.stream().mapToInt(Integer::intValue).toArray();
        return DenseSnapshot.of(units, biased, activation, trunk, take(count));
    }

    private double[] take(int count) {
        if (parameters.length - next < count) {
            throw new IllegalArgumentException(
                    "Expected at least " + (next + count) + " parameters of the network, found " + parameters.length);
        }
        next += count;
        return Arrays.copyOfRange(parameters, next - count, next);
    }
}
