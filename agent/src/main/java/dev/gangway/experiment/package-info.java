/**
 * Experiments: reading and checking an experiment file, assembling its objects, and the training loop.
 *
 * <p>{@link dev.gangway.experiment.ExperimentFile} → {@link dev.gangway.experiment.Assembly} → {@link
 * dev.gangway.experiment.Training}.
 */
package dev.gangway.experiment;
