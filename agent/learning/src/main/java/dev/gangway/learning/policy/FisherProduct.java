package dev.gangway.learning.policy;

import dev.gangway.inference.network.Network;
import dev.gangway.inference.policy.Distribution;
import java.util.function.UnaryOperator;

/**
 * v ↦ F v with Fisher's information of a policy at the states of a batch, F = (1/B) Σ_b E_a[∇log π(a|s_b) ∇log π(a|s_b)ᵀ]:
 * the expectation over actions is exact, none is sampled. F is also the Hessian of the mean KL divergence at the policy
 * itself (Kakade 2001; Schulman et al. 2015, appendix C).
 *
 * <p>With J_b the network's Jacobian and F_b the information of its outputs, F v = (1/B) Σ_b J_bᵀ F_b J_b v. J_b v is
 * differentiated forward through the network's layers and J_bᵀ backward, so that F v is exact but for rounding, whatever the
 * size of the features: about 1e−15 of its size in double and 1e−6 in float. The policy is evaluated once, by the
 * constructor; a product costs about two more forward passes and one backward pass.
 *
 * <p>Its products must come before the policy is evaluated again, as {@link Network} says. Not thread-safe.
 */
public final class FisherProduct implements UnaryOperator<double[]> {
    private final Distribution distribution;
    private final Network.Forward forward;
    private final double[] outputs;
    private final int rows;

    /**
     * Evaluates a policy.
     *
     * @param policy whose parameters stay as they are
     * @param decisions of which observations and masks count
     * @param rows the states, B of them
     */
    public FisherProduct(Policy policy, Decisions decisions, int[] rows) {
        this.distribution = policy.distribution();
        this.forward = policy.forward(decisions, rows);
        // A mask adds a constant to the outputs and therefore nothing to their derivative.
        this.outputs = Policy.outputs(forward, decisions, rows);
        this.rows = rows.length;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when the policy has been evaluated again since
     */
    @Override
    public double[] apply(double[] v) {
        double[] tangent = forward.tangent(v);
        double[] image = new double[outputs.length];
        for (int b = 0; b < rows; b++) {
            distribution.addFisherProduct(outputs, b * distribution.outputSize(), tangent, 1.0 / rows, image);
        }
        return forward.backward(image);
    }
}
