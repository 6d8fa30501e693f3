package dev.gangway.learning.experiment;

import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.record.Recorder;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.learning.record.UpdateMetrics;
import dev.gangway.learning.rollout.Rollout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Writes a training into its run directory while it runs. */
public final class RunRecorder implements TrainingObserver {
    private final RunDirectory run;
    private final Training training;
    private final List<Recorder> recorders;
    private final Consumer<String> notes;
    private Progress last;
    private long checkpointedAt = -1;
    /** The update that the tables reach, or are on their way to. */
    private long recorded;

    private double previousSeconds;

    /**
     * Records a training.
     *
     * @param run a directory that has been started, or resumed where the training was
     * @param recorders record it too; they are the caller's to close
     * @param notes hears what the user should know of it
     */
    public RunRecorder(
            RunDirectory run, Training training, List<? extends Recorder> recorders, Consumer<String> notes) {
        this.recorders = List.copyOf(recorders);
        this.run = run;
        this.training = training;
        this.notes = notes;
    }

    /**
     * Cuts the tables off behind an update that a checkpoint of the run was written after. Where they end there already, as
     * after a resumption, nothing changes.
     */
    @Override
    public boolean rewoundTo(long updates) {
        boolean rewound = recorded <= updates || run.rewind(updates, notes);
        for (Recorder recorder : recorders) {
            if (!recorder.rewoundTo(updates)) {
                notes.accept(recorder.getClass().getName() + " cannot go back to update " + updates
                        + ": what it recorded of later updates stays, and it begins a new attempt");
            }
        }
        return rewound;
    }

    @Override
    public void started(Progress progress) {
        last = progress;
        recorded = progress.updates();
        previousSeconds = progress.wallSeconds();
        if (progress.updates() == 0) {
            lastCheckpoint();
        } else {
            checkpointedAt = progress.updates(); // resumed from there
        }
    }

    @Override
    public void rolledOut(Rollout rollout, Progress progress) {
        run.episodes(rollout.episodes());
        recorders.forEach(recorder -> recorder.episodes(rollout.episodes()));
        recorded = progress.updates() + 1;
    }

    @Override
    public void updated(Update update, Progress progress) {
        double seconds = progress.wallSeconds();
        UpdateMetrics metrics = metrics(update, progress, seconds);
        run.update(metrics);
        recorders.forEach(recorder -> recorder.update(metrics));
        previousSeconds = seconds;
        if (training.checkpoints().isDue(progress.updates())) {
            lastCheckpoint();
        }
    }

    @Override
    public void evaluated(Evaluation evaluation, Progress progress) {
        run.evaluation(evaluation);
        recorders.forEach(recorder -> recorder.evaluation(evaluation));
        recorded = progress.updates() + 1;
        if (evaluation.best()) {
            run.best(training.best().orElseThrow());
        }
    }

    @Override
    public void noted(String note) {
        notes.accept(note);
    }

    /** Returns whether training has begun. */
    public boolean hasStarted() {
        return last != null;
    }

    /**
     * Writes a checkpoint of the newest update, unless there is one already or the parameters have diverged: then the one
     * before is worth more.
     */
    public void lastCheckpoint() {
        if (last != null && last.updates() != checkpointedAt && isFinite()) {
            recorders.forEach(Recorder::sync);
            run.checkpoint(training.checkpoint());
            checkpointedAt = last.updates();
        }
    }

    private boolean isFinite() {
        return Arrays.stream(training.policy().parameters().toDoubles()).allMatch(Double::isFinite);
    }

    private UpdateMetrics metrics(Update update, Progress progress, double seconds) {
        Weights weights = update.weights();
        return new UpdateMetrics(
                progress.updates(),
                progress.envSteps(),
                progress.episodes(),
                progress.meanReturn(),
                progress.meanLength(),
                weights.rows().length,
                update.step().entropy(),
                update.step().gradientNorm(),
                weights.mean(),
                weights.deviation(),
                update.valueFit().map(ValueFit::loss).orElse(Double.NaN),
                update.valueFit().map(ValueFit::explainedVariance).orElse(Double.NaN),
                update.step().learningRate(),
                update.step().clipFraction(),
                update.step().approximateKl(),
                seconds,
                update.rollout().envSteps() / Math.max(seconds - previousSeconds, 1e-9));
    }
}
