package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.record.CurveOutline;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.EpisodeStatistics;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningCurveChartTest {
    private static final Color RAW = new Color(0x9ecae1);
    private static final Color MEAN = new Color(0x08519c);
    private static final Color EVALUATED = new Color(0xe6550d);
    private static final Color TARGET = new Color(0x31a354);

    @TempDir
    private Path directory;

    private static List<Episode> episodes(int count, IntToDoubleFunction returns) {
        List<Episode> episodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            episodes.add(new Episode(20L * (i + 1), 0, returns.applyAsDouble(i), 20, true, false));
        }
        return episodes;
    }

    private static CurveOutline outline(List<Episode> episodes) {
        CurveOutline outline = new CurveOutline();
        episodes.forEach(outline::add);
        return outline;
    }

    private BufferedImage draw(List<Episode> episodes, OptionalDouble target) throws IOException {
        return draw(episodes, List.of(), target);
    }

    private BufferedImage draw(List<Episode> episodes, List<Evaluation> evaluations, OptionalDouble target)
            throws IOException {
        Path file = directory.resolve("learning-curve.png");
        LearningCurveChart.draw(file, "CartPole-v1, seed 0", outline(episodes).points(), evaluations, target);
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(900, image.getWidth());
        assertEquals(540, image.getHeight());
        return image;
    }

    /** Counts pixels of exactly a colour; antialiased edges are not among them. */
    private static long count(BufferedImage image, Color color) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == color.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    /** Returns the row of the topmost pixel of a colour left of the chart's legend. */
    private static int highest(BufferedImage image, Color color) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == color.getRGB()) {
                    return y;
                }
            }
        }
        throw new AssertionError("Found no pixel of " + color);
    }

    @Test
    void showsEveryReturnTheirMeanAndTheTarget() throws IOException {
        BufferedImage image = draw(episodes(300, i -> i + 40 * Math.sin(i)), OptionalDouble.of(475));
        assertTrue(count(image, RAW) > 500, "raw: " + count(image, RAW));
        assertTrue(count(image, MEAN) > 500, "mean: " + count(image, MEAN));
        assertTrue(count(image, TARGET) > 200, "target: " + count(image, TARGET));
        assertTrue(count(image, Color.BLACK) > 100, "labels: " + count(image, Color.BLACK));
        assertTrue(highest(image, TARGET) < highest(image, RAW), "the target lies above all returns");
        assertTrue(highest(image, RAW) < highest(image, MEAN), "the mean lies below the highest return");
    }

    @Test
    void hasNoTargetLineWithoutATarget() throws IOException {
        assertEquals(0, count(draw(episodes(300, i -> i), OptionalDouble.empty()), TARGET));
    }

    @Test
    void showsTheMeanReturnOfEachEvaluationIfThereWereAny() throws IOException {
        List<Evaluation> evaluations = List.of(evaluation(0, 10), evaluation(3000, 350), evaluation(6000, 299));
        BufferedImage image = draw(episodes(300, i -> i), evaluations, OptionalDouble.empty());
        assertTrue(count(image, EVALUATED) > 100, "evaluations: " + count(image, EVALUATED));
        assertTrue(highest(image, EVALUATED) < highest(image, RAW), "350 lies above every training return");
        assertEquals(0, count(draw(episodes(300, i -> i), OptionalDouble.empty()), EVALUATED));
    }

    private static Evaluation evaluation(long steps, double mean) {
        return new Evaluation(1, steps, 0, new EpisodeStatistics(5, mean, 0, mean, mean, mean), false);
    }

    @Test
    void showsASingleEpisode() throws IOException {
        BufferedImage image = draw(episodes(1, i -> 21), OptionalDouble.of(475));
        assertTrue(count(image, RAW) > 0, "raw: " + count(image, RAW));
    }

    @Test
    void showsLabelledAxesWhenNoEpisodeHasEnded() throws IOException {
        BufferedImage image = draw(List.of(), OptionalDouble.of(475));
        assertTrue(count(image, Color.BLACK) > 100, "labels: " + count(image, Color.BLACK));
        draw(List.of(), OptionalDouble.empty());
    }

    @Test
    void ofAHundredThousandEpisodesItDrawsAFewThousandAndNoExtremeIsLost() throws IOException {
        List<Episode> episodes = episodes(100_000, i -> i == 76_543 ? 900 : 100 + 50 * Math.sin(i));
        int points = outline(episodes).points().size();
        assertTrue(points > 2000 && points <= 6000, "points: " + points);
        BufferedImage image = draw(episodes, OptionalDouble.of(500));
        assertTrue(highest(image, RAW) < highest(image, TARGET), "the one return of 900 lies above the target of 500");
    }

    @Test
    void ofAFewThousandEpisodesItDrawsEveryOne() {
        List<CurveOutline.Point> points = outline(episodes(3000, i -> i)).points();
        assertEquals(
                IntStream.range(0, 3000).mapToObj(i -> (double) i).toList(),
                points.stream().map(CurveOutline.Point::episodeReturn).toList());
    }

    @Test
    void theMeanIsThatOfTheLastHundredWhateverIsDrawn() {
        List<Episode> episodes = episodes(50_000, i -> Math.sin(i) * i);
        for (CurveOutline.Point point : outline(episodes).points()) {
            int last = (int) (point.steps() / 20) - 1;
            double mean = IntStream.rangeClosed(Math.max(0, last - 99), last)
                    .mapToDouble(i -> Math.sin(i) * i)
                    .average()
                    .orElseThrow();
            assertEquals(mean, point.mean(), 1e-6);
            assertEquals(Math.sin(last) * last, point.episodeReturn());
        }
    }

    @Test
    void whatNoAxisCanShowIsLeftOut() throws IOException {
        double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -1e308};
        for (double number : odd) {
            BufferedImage image = draw(episodes(20, i -> i == 15 ? number : i), OptionalDouble.of(10));
            assertTrue(count(image, RAW) > 0, () -> "points beside " + number);
        }
        BufferedImage nothing = draw(episodes(3, i -> Double.NaN), OptionalDouble.empty());
        assertEquals(0, count(nothing, RAW));
        BufferedImage large = draw(episodes(20, i -> i % 2 == 0 ? 3e38 : -3e38), OptionalDouble.empty());
        assertTrue(count(large, RAW) > 0);
    }
}
