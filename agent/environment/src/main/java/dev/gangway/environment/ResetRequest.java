package dev.gangway.environment;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How to reset a {@link VectorEnv}.
 *
 * @param seeds one entry per copy, each ≥ 0 and of any width, or empty (that copy's generator goes on); the empty list
 *     seeds none
 * @param options passed to every copy's reset in their order, with values as in {@link Infos}; the empty map passes none
 * @param mask which copies to reset, one entry per copy; the empty list resets all. Only in
 *     {@link AutoresetMode#DISABLED} may copies be left out
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

    /** Resets every copy and lets the generators go on. */
    public static ResetRequest unseeded() {
        return new ResetRequest(List.of(), Map.of(), List.of());
    }

    /**
     * Seeds copy i with {@code seed + i}, as Gymnasium does.
     *
     * @param seed ≥ 0
     * @param copies n of the environment that will be reset
     */
    public static ResetRequest seeded(long seed, int copies) {
        return seeded(BigInteger.valueOf(seed), copies);
    }

    /** As {@link #seeded(long, int)}, with a seed of any width. */
    public static ResetRequest seeded(BigInteger seed, int copies) {
        return new ResetRequest(
                IntStream.range(0, copies)
                        .mapToObj(copy -> Optional.of(seed.add(BigInteger.valueOf(copy))))
                        .toList(),
                Map.of(),
                List.of());
    }
}
