package dev.gangway.bridge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.codec.WireInfos;
import dev.gangway.environment.Infos;
import dev.gangway.v1.FailureReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of an object in the infos of a Java environment. */
class InfoEncoderTest {
    private static final Infos WITH_OBJECT =
            new Infos(List.of(Map.of(), Map.of("deep", List.of(Map.of("lock", new Infos.Opaque("m.Lock", "<lock>"))))));

    @Test
    void anObjectTravelsAsItsText() {
        assertEquals(WITH_OBJECT, WireInfos.decode(new InfoEncoder(false).encode(WITH_OBJECT), 2, "infos"));
    }

    @Test
    void anObjectIsRefusedByChoiceNamingCopyKeyAndClass() {
        var refused = assertThrows(RequestFailed.class, () -> new InfoEncoder(true).encode(WITH_OBJECT))
                .failure();
        assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, refused.getReason());
        assertEquals(Map.of("copy", "1", "key", "deep"), refused.getMetadataMap());
        assertTrue(refused.getMessage().startsWith("The info 'deep' of copy 1 holds a m.Lock"), refused::getMessage);
        Infos plain = new Infos(List.of(Map.of("a", 1L)));
        assertEquals(plain, WireInfos.decode(new InfoEncoder(true).encode(plain), 1, "infos"));
    }
}
