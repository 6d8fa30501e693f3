/** Environments that run in this process: the cart-pole, which the bridge and the learner are tested against. */
package dev.gangway.environment.local;
