package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Tests of ResetRequest, Infos and EnvSpec. */
class RequestsAndInfosTest {
    @Test
    void seededGivesCopyITheSeedPlusI() {
        ResetRequest request = ResetRequest.seeded(7, 3);
        assertEquals(List.of(seed(7), seed(8), seed(9)), request.seeds());
        assertEquals(Map.of(), request.options());
        assertEquals(List.of(), request.mask());
        assertEquals(List.of(), ResetRequest.unseeded().seeds());
    }

    @Test
    void negativeSeedsAreRefusedAndAnyWidthIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> ResetRequest.seeded(-1, 1));
        List<Optional<BigInteger>> negative = List.of(Optional.empty(), seed(-5));
        assertThrows(IllegalArgumentException.class, () -> new ResetRequest(negative, Map.of(), List.of()));
        BigInteger wide = BigInteger.ONE.shiftLeft(100);
        assertEquals(
                List.of(Optional.of(wide), Optional.of(wide.add(BigInteger.ONE))),
                ResetRequest.seeded(wide, 2).seeds());
        assertEquals(
                seed(Long.MAX_VALUE).map(BigInteger.ONE::add),
                ResetRequest.seeded(Long.MAX_VALUE, 2).seeds().get(1));
    }

    private static Optional<BigInteger> seed(long value) {
        return Optional.of(BigInteger.valueOf(value));
    }

    @Test
    void infosKeepTheOrderOfKeysAndDoNotChange() {
        Map<String, Object> row = new LinkedHashMap<>();
        for (String key : List.of("z", "a", "m", "b")) {
            row.put(key, 1L);
        }
        List<Map<String, Object>> rows = new ArrayList<>(List.of(row));
        Infos infos = new Infos(rows);
        row.put("c", 2L);
        rows.clear();
        assertEquals(
                List.of("z", "a", "m", "b"), List.copyOf(infos.rows().get(0).keySet()));
        assertThrows(
                UnsupportedOperationException.class, () -> infos.rows().get(0).put("d", 1L));
        assertEquals(List.of(Map.of(), Map.of()), Infos.empty(2).rows());
    }

    @Test
    void aSpecCopiesItsRenderModes() {
        List<String> modes = new ArrayList<>(List.of("rgb_array"));
        EnvSpec spec = new EnvSpec(
                "Env-v0",
                Box.of(0, 1, 1),
                Discrete.of(2),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                modes,
                OptionalDouble.empty());
        modes.clear();
        assertEquals(List.of("rgb_array"), spec.renderModes());
    }
}
