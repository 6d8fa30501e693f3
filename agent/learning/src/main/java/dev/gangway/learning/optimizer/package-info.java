/** Optimisers that move parameters along a gradient estimate, clipping, and learning-rate schedules. */
package dev.gangway.learning.optimizer;
