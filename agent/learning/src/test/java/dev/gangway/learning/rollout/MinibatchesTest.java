package dev.gangway.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MinibatchesTest {
    @Test
    void everyPassHoldsEveryRowOnceInPartsOfAlmostOneSize() {
        int[] rows = IntStream.range(10, 33).toArray();
        int[] order = rows.clone();
        Random random = new Random(1);
        int[] before = order.clone();
        for (int pass = 0; pass < 3; pass++) {
            List<int[]> parts = new Minibatches(4).of(order, random);
            assertEquals(4, parts.size());
            assertTrue(parts.stream().allMatch(part -> part.length == 5 || part.length == 6));
            assertArrayEquals(
                    rows, parts.stream().flatMapToInt(Arrays::stream).sorted().toArray());
            assertFalse(Arrays.equals(before, order), "each pass has an order of its own");
            before = order.clone();
        }
    }

    /** Every way in which the draws can come out gives another order, and all orders are there. */
    @Test
    void everyOrderIsEquallyLikely() {
        Map<List<Integer>, Double> chances = new HashMap<>();
        Outcomes outcomes = new Outcomes();
        do {
            int[] rows = {0, 1, 2, 3};
            List<int[]> unused = new Minibatches(2).of(rows, outcomes);
            chances.merge(IntStream.of(rows).boxed().toList(), outcomes.probability(), Double::sum);
        } while (outcomes.next());
        assertEquals(24, chances.size());
        chances.forEach((order, chance) -> assertEquals(1.0 / 24, chance, 1e-15, order::toString));
    }

    /** Walks through all outcomes of whole numbers drawn below bounds. */
    private static final class Outcomes implements RandomGenerator {
        private final List<Integer> drawn = new ArrayList<>();
        private final List<Integer> bounds = new ArrayList<>();
        private int place;

        @Override
        public int nextInt(int bound) {
            if (place == drawn.size()) {
                drawn.add(0);
                bounds.add(bound);
            }
            return drawn.get(place++);
        }

        @Override
        public long nextLong() {
            throw new AssertionError("Expected nextInt(bound) only");
        }

        double probability() {
            return bounds.stream().mapToDouble(bound -> 1.0 / bound).reduce(1, (a, b) -> a * b);
        }

        /** Goes on to the next outcome; returns whether there was one. */
        boolean next() {
            place = 0;
            while (!drawn.isEmpty()) {
                int last = drawn.size() - 1;
                int number = drawn.remove(last) + 1;
                if (number < bounds.get(last)) {
                    drawn.add(number);
                    return true;
                }
                bounds.remove(last);
            }
            return false;
        }
    }

    @Test
    void onePartIsTheRowsInTheirOrderWithoutADraw() {
        int[] rows = {3, 1, 2};
        List<int[]> parts = new Minibatches(1).of(rows, () -> {
            throw new AssertionError("Expected no draw");
        });
        assertEquals(1, parts.size());
        assertArrayEquals(new int[] {3, 1, 2}, parts.get(0));
    }

    @Test
    void morePartsThanRowsLeaveTheEmptyOnesOut() {
        assertEquals(2, new Minibatches(5).of(new int[] {7, 8}, new Random(1)).size());
        assertThrows(IllegalArgumentException.class, () -> new Minibatches(0));
    }

    @Test
    void thereAreFewerPartsWhereTheyWouldHoldTooFewRows() {
        assertEquals(4, new Minibatches(4).atLeast(2, 8).count());
        assertEquals(3, new Minibatches(4).atLeast(2, 7).count());
        assertEquals(1, new Minibatches(4).atLeast(2, 1).count());
    }
}
