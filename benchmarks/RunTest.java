import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the tests of a CLASS or one of them, CLASS#METHOD. Exit code 0: passed, 1: failed, 2: there was nothing to run. */
public final class RunTest {
    public static void main(String[] args) throws Exception {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        String[] parts = args[0].split("#");
        Class<?> type = Class.forName(parts[0]);
        DiscoverySelector[] selectors = parts.length == 1
                ? new DiscoverySelector[] {selectClass(type)}
                : Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getName().equals(parts[1]))
                        .map(method -> selectMethod(type, method))
                        .toArray(DiscoverySelector[]::new);
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
        LauncherFactory.create().execute(request, listener);
        listener.getSummary().printFailuresTo(new PrintWriter(System.out, true), 3);
        boolean ran = listener.getSummary().getTestsStartedCount() > 0;
        System.exit(!ran ? 2 : listener.getSummary().getTotalFailureCount() > 0 ? 1 : 0);
    }
}
