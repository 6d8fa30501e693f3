package dev.gangway.environment;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Says which copies of a {@link VectorEnv} are reset, with which seeds and options.
 *
 * @param seeds one entry per copy, ≥ 0 and of any width; an empty entry leaves that copy's random generator as it is.
 *     The empty list seeds no copy.
 * @param options passed to the reset of every copy, in this order, with values as in {@link Infos}; the empty map
 *     passes none
 * @param mask one entry per copy, true for a copy that is reset; the empty list resets all copies. Only {@link
 *     AutoresetMode#DISABLED} allows copies to be left out.
 */
public record ResetRequest(List<Optional<BigInteger>> seeds, Map<String, Object> options, List<Boolean> mask) {
    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException when a seed is negative
     */
    public ResetRequest {
        seeds = List.copyOf(seeds);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        mask = List.copyOf(mask);
        for (int i = 0; i < seeds.size(); i++) {
            if (seeds.get(i).orElse(BigInteger.ZERO).signum() < 0) {
                throw new IllegalArgumentException(
                        "Expected seeds ≥ 0, found " + seeds.get(i).get() + " for copy " + i);
            }
        }
    }

    /** Returns a request that resets every copy and leaves the random generators as they are. */
    public static ResetRequest unseeded() {
        return new ResetRequest(List.of(), Map.of(), List.of());
    }

    /**
     * Returns a request that resets every copy and seeds copy i with {@code seed + i}, as Gymnasium does.
     *
     * @param seed seed of copy 0, ≥ 0
     * @param copies number of copies of the environment that will be reset
     */
    public static ResetRequest seeded(long seed, int copies) {
        return seeded(BigInteger.valueOf(seed), copies);
    }

    /**
     * Returns a request that resets every copy and seeds copy i with {@code seed + i}, where the seed may have any
     * width.
     *
     * @param seed seed of copy 0, ≥ 0
     * @param copies number of copies of the environment that will be reset
     */
    public static ResetRequest seeded(BigInteger seed, int copies) {
        return new ResetRequest(
                IntStream.range(0, copies)
                        .mapToObj(copy -> Optional.of(seed.add(BigInteger.valueOf(copy))))
                        .toList(),
                Map.of(),
                List.of());
    }
}
