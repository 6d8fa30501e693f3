package dev.gangway.bridge.client;

import dev.gangway.v1.EnvironmentWarning;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what environments warn of, each warning of an environment once per client. Thread-safe. */
final class WarningLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.gangway.environment");
    /** A server tells 32 a session; whoever opens many sessions shall not fill the memory. */
    private static final int MOST = 1000;

    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    void log(String id, List<EnvironmentWarning> warnings) {
        for (EnvironmentWarning warning : warnings) {
            String line = id + ": " + warning.getCategory() + ": " + warning.getText();
            if (logged.size() < MOST && logged.add(line)) {
                LOG.warn("{}", line);
            }
        }
    }
}
