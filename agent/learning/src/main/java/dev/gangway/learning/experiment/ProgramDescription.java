package dev.gangway.learning.experiment;

import dev.gangway.v1.CheckpointConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.ProgramPart;
import dev.gangway.v1.ProgramParts;
import dev.gangway.v1.SolvedConfig;
import dev.gangway.v1.StopConfig;
import java.util.List;
import java.util.stream.Stream;

/** What run directories and checkpoints say of a training that a program put together, instead of an experiment. */
final class ProgramDescription {
    private ProgramDescription() {}

    static Experiment of(String name, long seed, StopRules stop, CheckpointRule checkpoints, TrainingParts parts) {
        ProgramParts.Builder program = ProgramParts.newBuilder();
        parts.names()
                .forEach((part, made) ->
                        program.addParts(ProgramPart.newBuilder().setPart(part).setMadeBy(made)));
        StopConfig.Builder end = StopConfig.newBuilder().setMaxEnvSteps(stop.maxEnvSteps());
        stop.solved()
                .ifPresent(solved -> end.setSolved(SolvedConfig.newBuilder()
                        .setMeanReturn(solved.meanReturn())
                        .setEpisodes(solved.episodes())));
        stop.maxEpisodes().ifPresent(end::setMaxEpisodes);
        return Experiment.newBuilder()
                .setName(name)
                .setSeed(seed)
                .setStop(end)
                .setCheckpoint(CheckpointConfig.newBuilder()
                        .setEveryUpdates(checkpoints.everyUpdates())
                        .setResetEnvironments(checkpoints.resetEnvironments()))
                .setProgram(program)
                .build();
    }

    /** Returns the id of the environment of a training that a program put together. */
    static String environment(Experiment description) {
        return part(description, "environment");
    }

    private static String part(Experiment description, String part) {
        return description.getProgram().getPartsList().stream()
                .filter(made -> made.getPart().equals(part))
                .map(ProgramPart::getMadeBy)
                .findFirst()
                .orElse("none");
    }

    /**
     * Checks that a checkpoint is one of a training of these parts.
     *
     * @param place names the checkpoint in the error
     * @throws IllegalArgumentException naming the first part that differs
     */
    static void requireSame(Experiment trained, Experiment found, String place) {
        if (!trained.hasProgram()) {
            throw new IllegalArgumentException("Expected a run that a program put together in " + place
                    + ", found one of an experiment file; go on with it by gangway train --resume");
        }
        List<String> parts = Stream.of(trained, found)
                .flatMap(description -> description.getProgram().getPartsList().stream())
                .map(ProgramPart::getPart)
                .distinct()
                .toList();
        for (String part : parts) {
            if (!part(trained, part).equals(part(found, part))) {
                throw new IllegalArgumentException(("Expected the %s with which %s was trained, %s, found %s; build the"
                                + " training as it was, or train a new run")
                        .formatted(part, place, part(trained, part), part(found, part)));
            }
        }
        if (trained.getSeed() != found.getSeed()) {
            throw new IllegalArgumentException("Expected the seed with which %s was trained, %d, found %d"
                    .formatted(place, trained.getSeed(), found.getSeed()));
        }
    }
}
