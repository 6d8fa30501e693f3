/**
 * Learners: what one batch does to a policy. All of them move along sums of weighted scores; they differ in how often a
 * batch is used and in what becomes of the gradient on its way to the parameters.
 */
package dev.gangway.learning.learner;
