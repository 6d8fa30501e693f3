package dev.gangway.learning.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** Draws the learning curve of a run that has ended. */
@FunctionalInterface
public interface LearningCurve {
    /**
     * Draws the curve into a PNG file.
     *
     * @param points the episodes, as far as {@link CurveOutline} shows them
     * @param evaluations in order; empty if the experiment asks for none
     * @param target the return at which the task counts as solved
     * @throws IOException when the file cannot be written
     */
    void draw(
            Path file,
            String title,
            List<CurveOutline.Point> points,
            List<Evaluation> evaluations,
            OptionalDouble target)
            throws IOException;
}
