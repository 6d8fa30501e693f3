/**
 * Generates random numbers: NumPy's default generator, bit for bit, and the named streams that are derived from the one
 * seed of an experiment.
 */
package dev.gangway.environment.random;
