package dev.gangway.inference.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static Settings of(Map<String, ?> values) {
        return Settings.of("learner.custom.settings", values);
    }

    private static void assertRefused(String problem, Map<String, ?> values, Consumer<Settings> use) {
        SettingsException refused = assertThrows(SettingsException.class, () -> use.accept(of(values)));
        assertEquals("learner.custom.settings." + problem, refused.getMessage());
    }

    @Test
    void aSettingIsWhatIsGivenOrItsFallback() {
        Settings settings =
                of(Map.of("steps", 3L, "rate", 0.5, "whole", 2L, "on", true, "name", "x", "sizes", List.of(1L, 2L)));
        assertEquals(3, settings.integer("steps", 1, 9));
        assertEquals(0.5, settings.number("rate", 0, 1));
        assertEquals(2, settings.number("whole", 0, 9), "an integer is a number");
        assertTrue(settings.flag("on", false));
        assertEquals("x", settings.text("name"));
        assertEquals(List.of(1L, 2L), settings.integers("sizes", 0, 9, List.of()));
        assertEquals(List.of(1.0, 2.0), settings.numbers("sizes", 0, 9, List.of()));
        assertTrue(settings.has("rate"));
        assertFalse(settings.has("other"));
        assertEquals(7, settings.integer("more", 1, 9, 7));
        assertEquals(0.25, settings.number("less", 0, 1, 0.25));
        assertEquals("y", settings.choice("kind", List.of("y", "z"), "y"));
        settings.requireAllAskedFor();
    }

    @Test
    void aWrongSettingIsRefusedByPathFoundAndAllowed() {
        assertRefused(
                "steps: expected an integer from 1 to 9, found nothing", Map.of(), it -> it.integer("steps", 1, 9));
        assertRefused(
                "steps: expected an integer from 1 to 9, found 10",
                Map.of("steps", 10L),
                it -> it.integer("steps", 1, 9));
        assertRefused(
                "steps: expected an integer ≥ 1, found 0.5",
                Map.of("steps", 0.5),
                it -> it.integer("steps", 1, Long.MAX_VALUE));
        assertRefused(
                "rate: expected a number from 0.0 to 1.0, found NaN",
                Map.of("rate", Double.NaN),
                it -> it.number("rate", 0, 1));
        assertRefused("on: expected a boolean, found \"yes\"", Map.of("on", "yes"), it -> it.flag("on", false));
        assertRefused("name: expected a text, found 3", Map.of("name", 3L), it -> it.text("name"));
        assertRefused(
                "kind: expected one of [a, b], found \"c\"",
                Map.of("kind", "c"),
                it -> it.choice("kind", List.of("a", "b"), "a"));
        assertRefused(
                "sizes: expected a list, each element an integer from 1 to 9, found [1, 0]",
                Map.of("sizes", List.of(1L, 0L)),
                it -> it.integers("sizes", 1, 9, List.of()));
    }

    @Test
    void whatNothingHasAskedForIsUnknown() {
        Settings settings = of(Map.of("rate", 0.5, "ratio", 0.5));
        settings.number("rate", 0, 1);
        SettingsException refused = assertThrows(SettingsException.class, settings::requireAllAskedFor);
        assertEquals(
                "learner.custom.settings.ratio: expected one of the settings [rate], found this one",
                refused.getMessage());
        assertRefused("ratio: expected no settings, found this one", Map.of("ratio", 1L), Settings::requireAllAskedFor);
    }
}
