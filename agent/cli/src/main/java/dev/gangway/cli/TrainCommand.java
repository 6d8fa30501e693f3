package dev.gangway.cli;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.learning.experiment.Checkpoints;
import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.experiment.ExperimentTraining;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.experiment.Progress;
import dev.gangway.learning.experiment.Resumption;
import dev.gangway.learning.experiment.RunRecorder;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.experiment.TrainingEnd;
import dev.gangway.learning.experiment.TrainingObserver;
import dev.gangway.learning.record.FilmedEnv;
import dev.gangway.learning.record.Recorder;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Counters;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.VideoConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Implements {@code gangway train FILE} and {@code gangway train --resume RUN_DIR}. */
@Command(
        name = "train",
        description = "Trains the agent of an experiment file and writes a run directory, or goes on with one.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "An experiment, e.g. experiments/cartpole.textproto.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "field.path=value",
            description = "Replaces one field of the experiment, e.g. estimator.discount=0.95; may be repeated.")
    private List<String> settings = List.of();

    @Mixin
    private ArgumentOption arguments = new ArgumentOption();

    @Option(names = "--seed", paramLabel = "N", description = "Replaces the experiment's seed.")
    private Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The run directory, new or empty; by default runs/NAME-seedN-TIME.")
    private Path out;

    @Option(
            names = "--resume",
            paramLabel = "RUN_DIR",
            description = "Goes on with a run that was stopped, from its last checkpoint.")
    private Path resume;

    @Mixin
    private JarOption jars = new JarOption();

    @Mixin
    private ServerOption serverOption = new ServerOption();

    @Option(
            names = "--quiet",
            description = "Prints no progress, only how training ended and where its run directory is.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (resume == null) {
            return begin();
        }
        if (file != null || out != null || seed != null || !settings.isEmpty() || arguments.isGiven()) {
            throw new UsageException(
                    "--resume: expected neither FILE nor --set, --argument, --seed or --out, because the run directory holds its"
                            + " experiment, found one of them",
                    null);
        }
        return goOn();
    }

    private Integer begin() {
        if (file == null) {
            throw new UsageException("FILE: expected an experiment, or --resume RUN_DIR, found neither", null);
        }
        List<String> overrides = new ArrayList<>(settings);
        if (seed != null) {
            overrides.add("seed=" + seed);
        }
        Experiment experiment = ExperimentFile.load(file, overrides, arguments);
        if (!experiment.hasName()) {
            String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            experiment = experiment.toBuilder().setName(name).build();
        }
        serverOption.check(experiment.getEnvironment()); // before a run directory is created
        ExperimentTraining.check(experiment, CustomParts.of(jars.providers()));
        RunDirectory run = newDirectory(experiment);
        try (run) {
            run.start(ExperimentFile.print(experiment));
            return train(experiment, Optional.empty(), run);
        } catch (RuntimeException failed) {
            run.removeUnlessTrained();
            throw failed;
        }
    }

    private Integer goOn() {
        Experiment experiment = StoppedRun.experiment(resume);
        serverOption.check(experiment.getEnvironment());
        PrintWriter screen = spec.commandLine().getErr();
        try (RunDirectory run = RunDirectory.open(resume)) {
            Optional<String> finished = StoppedRun.finished(resume);
            if (finished.isPresent()) {
                screen.println("gangway: " + resume + " has been trained to its end, " + finished.get()
                        + ": nothing to resume");
                screen.flush();
                return 0;
            }
            Consumer<String> note = text -> {
                screen.println("gangway: " + text);
                screen.flush();
            };
            Optional<Resumption> from = Resumption.find(
                    resume, checkpoint -> StoppedRun.requireUnchanged(resume, experiment, checkpoint), note);
            ExperimentTraining.check(experiment, custom(from.map(Resumption::checkpoint)));
            if (from.isPresent()) {
                from.get().changes(experiment).ifPresent(note);
                FreshStatistics.warn(experiment.getEnvironment(), screen);
                run.resume(from.get().file(), from.get().checkpoint(), note);
            } else {
                run.restart();
            }
            return train(experiment, from.map(Resumption::checkpoint), run);
        }
    }

    private Integer train(Experiment experiment, Optional<Checkpoint> from, RunDirectory run) {
        TrainingEnd end = new TrainingEnd(
                experiment,
                run,
                from.map(Checkpoint::getCounters).orElse(Counters.getDefaultInstance()),
                LearningCurveChart::draw);
        try (Server server = serverOption.server(run.serverLog());
                Interrupt interrupt = new Interrupt(() -> cutOff(end, server))) {
            server.prepareFor(
                    experiment.getEnvironment(), experiment.getEnvironment().getLanes(), experiment.hasEvaluation());
            if (experiment.hasEvaluation()) {
                FreshStatistics.warnOfEvaluations(
                        experiment.getEnvironment(), spec.commandLine().getErr());
            }
            CustomParts custom = custom(from);
            List<Recorder> recorders = ExperimentTraining.recorders(experiment, run.path(), custom);
            try (Lanes lanes = open(experiment, run, server, custom)) {
                Training training = ExperimentTraining.of(experiment, lanes, custom);
                from.ifPresent(checkpoint -> Checkpoints.restore(training, checkpoint));
                end.willBeOf(training, server.gymnasiumVersion());
                train(experiment, training, run, recorders, end, interrupt);
            } finally {
                recorders.forEach(Recorder::close);
            }
            return interrupt.requested() ? Interrupt.EXIT_CODE : 0;
        }
    }

    /**
     * Ends a training that has not stopped in time. A call that waits for an environment then fails; that failure is
     * not reported.
     */
    private void cutOff(TrainingEnd end, Server server) {
        end.interrupted().ifPresent(this::print);
        server.endPrivateServers();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private CustomParts custom(Optional<Checkpoint> from) {
        return from.map(checkpoint -> CustomParts.of(jars.providers(), checkpoint))
                .orElseGet(() -> CustomParts.of(jars.providers()));
    }

    private static Lanes open(Experiment experiment, RunDirectory run, Server server, CustomParts custom) {
        EnvironmentConfig environment = experiment.getEnvironment();
        if (!experiment.getRecord().hasVideo()) {
            return Lanes.open(environment, Optional.empty(), server, custom).withOthersFrom(server::openForEvaluations);
        }
        VideoConfig video = experiment.getRecord().getVideo();
        Lanes lanes = Lanes.open(environment, Optional.of("rgb_array"), server, custom)
                .withOthersFrom(server::openForEvaluations);
        try {
            return lanes.withFirst(env -> new FilmedEnv(env, video, environment.getCopies(), run.videos()));
        } catch (IllegalArgumentException refused) {
            lanes.close();
            throw refused;
        }
    }

    private void train(
            Experiment experiment,
            Training training,
            RunDirectory run,
            List<Recorder> recorders,
            TrainingEnd end,
            Interrupt interrupt) {
        PrintWriter screen = spec.commandLine().getErr();
        ProgressLine line = new ProgressLine(quiet ? null : screen, experiment.getStop());
        RunRecorder recorder = new RunRecorder(run, training, recorders, note -> {
            screen.println("gangway: " + note);
            screen.flush();
        });
        try {
            Progress unused = training.run(TrainingObserver.all(List.of(recorder, line)), interrupt::requested);
        } catch (RuntimeException | Error failure) {
            try {
                close(recorder, line, end, Optional.of(failure));
            } catch (RuntimeException further) {
                failure.addSuppressed(further); // the first failure is reported as the cause
            }
            throw failure;
        }
        close(recorder, line, end, Optional.empty());
    }

    private void close(RunRecorder recorder, ProgressLine line, TrainingEnd end, Optional<Throwable> failure) {
        line.end();
        if (!recorder.hasStarted()) {
            return;
        }
        try {
            recorder.lastCheckpoint();
        } finally {
            end.ended(failure).ifPresent(this::print);
        }
    }

    private RunDirectory newDirectory(Experiment experiment) {
        Path root = out != null
                ? out
                : Path.of(
                        "runs",
                        "%s-seed%d-%s"
                                .formatted(
                                        experiment.getName(),
                                        experiment.getSeed(),
                                        LocalDateTime.now(ZoneId.systemDefault())
                                                .format(DateTimeFormatter.ofPattern(
                                                        "yyyyMMdd-HHmmss-SSS", Locale.ROOT))));
        try {
            return RunDirectory.create(root);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--out: " + e.getMessage(), e);
        }
    }
}
