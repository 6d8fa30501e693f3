package dev.gangway.learning.record;

import dev.gangway.learning.rollout.Episode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a learning curve shows of a run's episodes, in memory that does not grow with their number: every episode of up to
 * 3,000, and of more the lowest and the highest return in each of at most 3,000 groups of as many neighbours.
 */
public final class CurveOutline {
    /** Episodes in the running mean. */
    public static final int WINDOW = 100;

    private static final int GROUPS = 3000;

    /**
     * An episode.
     *
     * @param steps environment steps when it ended
     * @param episodeReturn its return
     * @param mean of its return and those of the 99 before it, or of all before it while fewer
     */
    public record Point(double steps, double episodeReturn, double mean) {}

    private record Group(Point low, Point high, int episodes) {
        Group and(Group next) {
            return new Group(
                    next.low.episodeReturn < low.episodeReturn ? next.low : low,
                    next.high.episodeReturn > high.episodeReturn ? next.high : high,
                    episodes + next.episodes);
        }

        Stream<Point> points() {
            return low.equals(high)
                    ? Stream.of(low)
                    : low.steps < high.steps ? Stream.of(low, high) : Stream.of(high, low);
        }
    }

    private final double[] window = new double[WINDOW];
    private final List<Group> groups = new ArrayList<>();
    private int groupSize = 1;
    private long count;
    private double sum;

    /** Adds the next episode. */
    public void add(Episode episode) {
        int place = (int) (count % WINDOW);
        sum += episode.episodeReturn() - window[place];
        window[place] = episode.episodeReturn();
        count++;
        Point point = new Point(episode.envSteps(), episode.episodeReturn(), sum / Math.min(count, WINDOW));
        Group own = new Group(point, point, 1);
        int last = groups.size() - 1;
        if (last >= 0 && groups.get(last).episodes < groupSize) {
            groups.set(last, groups.get(last).and(own));
            return;
        }
        if (groups.size() == GROUPS) {
            halve();
        }
        groups.add(own);
    }

    /** Returns how many episodes were added. */
    long count() {
        return count;
    }

    private void halve() {
        for (int i = 0; i < GROUPS / 2; i++) {
            groups.set(i, groups.get(2 * i).and(groups.get(2 * i + 1)));
        }
        groups.subList(GROUPS / 2, GROUPS).clear();
        groupSize *= 2;
    }

    /** Returns what to draw, in order. */
    public List<Point> points() {
        return groups.stream().flatMap(Group::points).toList();
    }
}
