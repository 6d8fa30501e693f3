/**
 * Estimators of the policy gradient. An estimator is a choice of weights ψ in Σ ψ ∇log π(a|s); the score-gradient code
 * itself is written once, in {@link dev.gangway.learning.policy.Policy}.
 *
 * <p>Symbols: T steps, N copies, s observation, a action, r reward, t a step's place in its episode from 0, γ discount,
 * G return, τ trajectory. Arithmetic is in double, in plain Java.
 */
package dev.gangway.learning.estimator;
