package dev.gangway.testkit.exact;

import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Batches written as columns of steps, with one feature per observation. */
public final class Columns {
    private Columns() {}

    /** One step, with the observation that truly followed it. */
    public record Step(
            double feature, int action, double reward, double nextFeature, boolean terminated, boolean truncated) {
        public boolean ends() {
            return terminated || truncated;
        }
    }

    /** One copy's steps in a row; the first is step {@code startTime} of its episode. */
    public record Column(int startTime, List<Step> steps) {}

    /** Returns the batch; columns that are shorter than the longest are filled with invalid rows. */
    public static TrajectoryBatch batch(List<Column> columns) {
        int n = columns.size();
        int t = columns.stream().mapToInt(column -> column.steps().size()).max().orElseThrow();
        float[] features = new float[t * n];
        float[] actions = new float[t * n];
        double[] rewards = new double[t * n];
        boolean[] terminated = new boolean[t * n];
        boolean[] truncated = new boolean[t * n];
        boolean[] valid = new boolean[t * n];
        int[] times = new int[t * n];
        float[] next = new float[n];
        List<Integer> finalRows = new ArrayList<>();
        List<Float> finals = new ArrayList<>();
        for (int step = 0; step < t; step++) {
            for (int copy = 0; copy < n; copy++) {
                List<Step> steps = columns.get(copy).steps();
                if (step >= steps.size()) {
                    continue;
                }
                Step at = steps.get(step);
                int row = step * n + copy;
                features[row] = (float) at.feature();
                actions[row] = at.action();
                rewards[row] = at.reward();
                terminated[row] = at.terminated();
                truncated[row] = at.truncated();
                valid[row] = true;
                times[row] = time(columns.get(copy), step);
                if (at.ends()) {
                    finalRows.add(row);
                    finals.add((float) at.nextFeature());
                }
                // After an end the copy has been reset: what follows in the column is another episode's observation.
                next[copy] = (float) (at.ends() ? -999 : at.nextFeature());
            }
        }
        float[] finalFeatures = new float[finals.size()];
        for (int k = 0; k < finalFeatures.length; k++) {
            finalFeatures[k] = finals.get(k);
        }
        int[] finalRowArray = finalRows.stream().mapToInt(Integer::intValue).toArray();
        return new TrajectoryBatch(
                t,
                n,
                new Decisions(features, new float[0], actions),
                new TrajectoryBatch.Outcomes(rewards, terminated, truncated, valid, times),
                new TrajectoryBatch.FinalStates(finalRowArray, finalFeatures),
                next);
    }

    /** Returns the place of a step in its episode. */
    public static int time(Column column, int step) {
        int since = step;
        for (int back = 1; back <= step; back++) {
            if (column.steps().get(step - back).ends()) {
                return back - 1;
            }
        }
        return column.startTime() + since;
    }

    /**
     * Returns random columns: several episodes each, some terminated, some truncated, some both.
     *
     * @param whole whether every column begins and ends with a whole episode
     */
    public static List<Column> random(int columns, int steps, boolean whole, Random random) {
        List<Column> result = new ArrayList<>();
        for (int n = 0; n < columns; n++) {
            int length = steps - random.nextInt(3);
            List<Step> list = new ArrayList<>();
            double feature = random.nextGaussian();
            for (int t = 0; t < length; t++) {
                boolean last = whole && t == length - 1;
                boolean terminated = random.nextDouble() < 0.2;
                boolean truncated = random.nextDouble() < 0.2 || (last && !terminated);
                double next = random.nextGaussian();
                list.add(new Step(
                        (float) feature,
                        random.nextInt(2),
                        random.nextGaussian(),
                        (float) next,
                        terminated,
                        truncated));
                feature = terminated || truncated ? random.nextGaussian() : next;
            }
            result.add(new Column(whole ? 0 : random.nextInt(5), list));
        }
        return result;
    }

    public static Step step(double feature, double reward, double nextFeature) {
        return new Step(feature, 0, reward, nextFeature, false, false);
    }

    public static Step terminal(double feature, double reward, double nextFeature) {
        return new Step(feature, 0, reward, nextFeature, true, false);
    }

    public static Step cut(double feature, double reward, double nextFeature) {
        return new Step(feature, 0, reward, nextFeature, false, true);
    }
}
