/** Collecting experience: lanes of environments, the collector that drives them, and the batches that it returns. */
package dev.gangway.learning.rollout;
