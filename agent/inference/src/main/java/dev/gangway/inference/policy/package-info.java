/**
 * What a policy needs in order to act: distributions over actions, encoders of observations and actions, masks, and the frozen
 * policy itself.
 */
package dev.gangway.inference.policy;
