package dev.gangway.cli;

import dev.gangway.learning.experiment.Progress;
import dev.gangway.learning.experiment.TrainingObserver;
import dev.gangway.learning.experiment.Update;
import dev.gangway.v1.StopConfig;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * Shows the progress of a training: on a terminal as one line that is rewritten in place, elsewhere as a new line from
 * time to time. The remaining time is an estimate for the maximum number of environment steps; a training that solves
 * its task earlier ends sooner.
 */
final class ProgressLine implements TrainingObserver {
    private static final long TERMINAL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long LOG_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter out;
    private final StopConfig stop;
    private final boolean terminal = Boolean.getBoolean("gangway.terminal");
    private long shownAt = System.nanoTime() - LOG_NANOS;
    private Progress last;
    private boolean shown;

    /** Creates a progress line that prints to {@code out}, or prints nothing if {@code out} is null. */
    ProgressLine(PrintWriter out, StopConfig stop) {
        this.out = out;
        this.stop = stop;
    }

    @Override
    public boolean rewoundTo(long updates) {
        return true; // the next line shows the current state
    }

    /** Shows the progress, unless the line was written just before. */
    @Override
    public void updated(Update update, Progress progress) {
        last = progress;
        shown = false;
        if (out != null && System.nanoTime() - shownAt >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            print();
        }
    }

    /** Shows the last progress and ends the line. */
    void end() {
        if (out != null && last != null) {
            if (!shown) {
                print();
            }
            if (terminal) {
                out.println();
            }
            out.flush();
        }
    }

    private void print() {
        double seconds = last.wallSeconds();
        double speed = last.envSteps() / Math.max(seconds, 1e-9);
        double left = Math.max(0, stop.getMaxEnvSteps() - last.envSteps()) / Math.max(speed, 1e-9);
        String text = "%,d/%,d steps  %,.0f steps/s  %,d episodes  mean return %s  at most %s left"
                .formatted(
                        last.envSteps(),
                        stop.getMaxEnvSteps(),
                        speed,
                        last.episodes(),
                        Double.isNaN(last.meanReturn()) ? "–" : "%.1f".formatted(last.meanReturn()),
                        clock(left));
        out.print(terminal ? "\r" + text + "\033[K" : text + System.lineSeparator());
        out.flush();
        shownAt = System.nanoTime();
        shown = true;
    }

    private static String clock(double seconds) {
        Duration left = Duration.ofSeconds((long) Math.ceil(Math.min(seconds, 1e9)));
        return left.toHours() > 0
                ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
                : "%d:%02d".formatted(left.toMinutesPart(), left.toSecondsPart());
    }
}
