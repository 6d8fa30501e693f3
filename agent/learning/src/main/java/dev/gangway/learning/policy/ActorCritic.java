package dev.gangway.learning.policy;

import dev.gangway.inference.network.Network;
import java.util.Optional;

/**
 * A policy and, where the two share one network, its value head.
 *
 * @param policy π
 * @param value V(s), over the same parameters as π; empty when the policy's network is its own
 */
public record ActorCritic(Policy policy, Optional<Network> value) {}
