package dev.gangway.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
}
