package dev.gangway.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Tests of ResetRequest, Infos and EnvSpec. */
class RequestsAndInfosTest {
    @Test
    void seededGivesCopyITheSeedPlusI() {
        ResetRequest request = ResetRequest.seeded(7, 3);
        assertEquals(List.of(OptionalLong.of(7), OptionalLong.of(8), OptionalLong.of(9)), request.seeds());
        assertEquals(Map.of(), request.options());
        assertEquals(List.of(), request.mask());
        assertEquals(List.of(), ResetRequest.unseeded().seeds());
    }

    @Test
    void negativeAndOverflowingSeedsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ResetRequest.seeded(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> ResetRequest.seeded(Long.MAX_VALUE, 1));
        List<OptionalLong> negative = List.of(OptionalLong.empty(), OptionalLong.of(-5));
        assertThrows(IllegalArgumentException.class, () -> new ResetRequest(negative, Map.of(), List.of()));
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
