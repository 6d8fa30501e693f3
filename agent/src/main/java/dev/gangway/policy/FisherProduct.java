package dev.gangway.policy;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * v ↦ F v with Fisher's information of a policy at the states of a batch, F = (1/B) Σ_b E_a[∇log π(a|s_b) ∇log π(a|s_b)ᵀ]:
 * the expectation over actions is exact, none is sampled. F is also the Hessian of the mean KL divergence at the policy
 * itself (Kakade 2001; Schulman et al. 2015, appendix C).
 *
 * <p>With J_b the network's Jacobian and F_b the information of its outputs, F v = (1/B) Σ_b J_bᵀ F_b J_b v. J_b v is the
 * central difference of the outputs along v, which every network has; the rest is exact. It errs by about 1e−9 in
 * double and 1e−4 in float, relative to F v. One product costs three forward passes and one backward pass.
 *
 * @param policy whose parameters are moved and put back bit for bit
 * @param decisions of which observations and masks count
 * @param rows the states, B of them
 */
public record FisherProduct(Policy policy, Decisions decisions, int[] rows) implements UnaryOperator<double[]> {
    private static final double DOUBLE_STEP = 1e-5;
    private static final double FLOAT_STEP = 1e-2;

    @Override
    public double[] apply(double[] v) {
        double[] tangent = tangent(v);
        return policy.pullBack(decisions, rows, outputs -> image(outputs, tangent));
    }

    /** Returns F_b tangent_b / B for every row, shape [B, K]. */
    private double[] image(double[] outputs, double[] tangent) {
        double[] image = new double[outputs.length];
        Distribution distribution = policy.distribution();
        for (int b = 0; b < rows.length; b++) {
            distribution.addFisherProduct(outputs, b * distribution.outputSize(), tangent, 1.0 / rows.length, image);
        }
        return image;
    }

    /** Returns J v for every row, shape [B, K]. */
    private double[] tangent(double[] v) {
        double norm = 0;
        for (double component : v) {
            norm = Math.hypot(norm, component);
        }
        double[] theta = policy.parameters().toDoubles();
        double[] tangent = new double[rows.length * policy.distribution().outputSize()];
        if (norm == 0) {
            return tangent;
        }
        double step = (policy.parameters().dataType() == DataType.DOUBLE ? DOUBLE_STEP : FLOAT_STEP) / norm;
        double[] ahead = outputsAt(theta, v, step);
        double[] behind = outputsAt(theta, v, -step);
        policy.parameters().assign(theta);
        for (int i = 0; i < tangent.length; i++) {
            tangent[i] = (ahead[i] - behind[i]) / (2 * step);
        }
        return tangent;
    }

    private double[] outputsAt(double[] theta, double[] v, double step) {
        double[] moved = theta.clone();
        for (int k = 0; k < moved.length; k++) {
            moved[k] += step * v[k];
        }
        policy.parameters().assign(moved);
        // A mask does not move with the parameters, and the difference of two infinities is no number.
        return policy.outputs(Decisions.unmasked(decisions.features(), decisions.actions()), rows);
    }
}
