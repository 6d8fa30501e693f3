/**
 * Networks with hand-written backward passes over one flat parameter vector, computed by plain loops.
 *
 * <p>A {@link dev.gangway.inference.network.NetworkPlan} is a form, a {@link dev.gangway.inference.network.Network} that form over
 * parameters, and a {@link dev.gangway.inference.network.Kernel} what computes it. Nothing here needs a library.
 */
package dev.gangway.inference.network;
