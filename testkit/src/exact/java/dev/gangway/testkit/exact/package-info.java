/**
 * Decision processes whose trajectories can all be written out, and the exact gradients of their returns: for tests of
 * gradient estimators. Experimental.
 */
package dev.gangway.testkit.exact;
