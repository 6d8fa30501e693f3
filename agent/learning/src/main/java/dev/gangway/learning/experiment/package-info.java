/**
 * Experiments: reading and checking an experiment file, assembling its objects, and the training loop.
 *
 * <p>{@link dev.gangway.learning.experiment.ExperimentFile} → {@code …Choices} → {@link
 * dev.gangway.learning.experiment.Training}.
 */
package dev.gangway.learning.experiment;
