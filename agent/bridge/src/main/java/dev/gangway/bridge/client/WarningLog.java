package dev.gangway.bridge.client;

import dev.gangway.v1.EnvironmentWarning;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the warnings of environments. Each warning of an environment is logged once per client. Thread-safe. */
final class WarningLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.gangway.environment");
    /**
     * The number of different warnings after which a client logs no more. A server sends at most 32 per session, but a
     * program that opens many sessions must not fill the memory.
     */
    private static final int MAX_WARNINGS = 1000;

    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    void log(String id, List<EnvironmentWarning> warnings) {
        for (EnvironmentWarning warning : warnings) {
            String line = id + ": " + warning.getCategory() + ": " + warning.getText();
            if (logged.size() < MAX_WARNINGS && logged.add(line)) {
                LOG.warn("{}", line);
            }
        }
    }
}
