package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @Test
    void readsWhatServersPrint() {
        assertEquals(new ServerAddress.Unix(Path.of("/run/a b/s")), ServerAddress.parse("unix:/run/a b/s"));
        assertEquals(new ServerAddress.Tcp("127.0.0.1", 50051), ServerAddress.parse("127.0.0.1:50051"));
        assertEquals(new ServerAddress.Tcp("::1", 1), ServerAddress.parse("[::1]:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/s", "gpu-box.example:65535", "[fe80::1]:443"})
    void printsWhatItReads(String text) {
        assertEquals(text, ServerAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unix:",
                "localhost",
                ":50051",
                "localhost:",
                "localhost:x",
                "::1:50051",
                "http://h:1",
                "h:+1"
            })
    void refusesTheRest(String text) {
        var error = assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text));

        assertTrue(error.getMessage().contains("unix:PATH, HOST:PORT"), error::getMessage);
        assertTrue(error.getMessage().endsWith("found '" + text + "'"), error::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h:0", "h:65536", "h:99999"})
    void refusesPortsThatDoNotExist(String text) {
        assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text));
    }

    @Test
    void readsTheLineThatAServerPrints() {
        assertEquals(
                Optional.of(Map.of("a", "x \"y\" \\ é\n", "b", "-1.5e3", "c", "null")),
                FlatJson.parse(" {\"a\": \"x \\\"y\\\" \\\\ \\u00e9\\n\", \"b\":-1.5e3,\"c\" : null} "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pygame 2.6", "{", "{\"a\": }", "{\"a\": 1", "{\"a\": 1} x", "{\"a\": [1]}", "[1]"})
    void takesNothingElseForOne(String line) {
        assertEquals(Optional.empty(), FlatJson.parse(line));
    }
}
